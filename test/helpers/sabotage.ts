import { setTimeout as sleep } from "node:timers/promises";
import {
  DescribeTaskDefinitionCommand,
  RegisterTaskDefinitionCommand,
  type RegisterTaskDefinitionCommandInput,
  UpdateServiceCommand,
} from "@aws-sdk/client-ecs";
import { collectEvidence } from "#actions/diagnosis/collect-evidence.ts";
import { type Diagnosis, diagnose } from "#actions/diagnosis/diagnose.ts";
import { type OpenSystem, openSystem } from "#actions/open-system.ts";
import type { System } from "#actions/system.ts";
import { userSurroundings } from "#actions/user-surroundings.ts";
import { loadConfig } from "#config/load-config.ts";
import { silentReporter } from "#reporter";
import type { Stage } from "./stage.ts";

/** Breaks what a stage has deployed, and looks at what comes of it. */
export interface Sabotage extends OpenSystem {
  /** Rolls out another definition of the worker: its revision is then the one that should run. */
  redefine(
    change: (definition: RegisterTaskDefinitionCommandInput, container: Container) => void,
  ): Promise<System>;
  /** New tasks of the same definition, after something around them was changed. */
  restart(): Promise<System>;
  /** Waits until a cause is known. */
  diagnosed(system: System): Promise<Diagnosis>;
}

type Container = NonNullable<RegisterTaskDefinitionCommandInput["containerDefinitions"]>[number];

const WORKER = "dev-worker";
const PATIENCE_MS = 60_000;

export async function sabotage(stage: Stage): Promise<Sabotage> {
  const { config, file: configFile } = await loadConfig({ cwd: stage.dir, env: stage.env });
  const given = { cwd: stage.dir, config, configFile, env: stage.env, reporter: silentReporter };
  const open = await openSystem(config, await userSurroundings(given), silentReporter);
  const worker = open.system.workers[WORKER]!;
  const service = { cluster: open.system.cluster_name, service: worker.service_name };

  const meaning = (task_definition_arn: string): System => ({
    ...open.system,
    workers: { [WORKER]: { ...worker, task_definition_arn } },
  });

  return {
    ...open,
    async redefine(change) {
      const { taskDefinition } = await open.aws.ecs.send(
        new DescribeTaskDefinitionCommand({ taskDefinition: worker.task_definition_arn }),
      );
      const { taskDefinitionArn: _arn, revision: _revision, status: _status, ...rest } = taskDefinition!;
      const definition = structuredClone(rest) as RegisterTaskDefinitionCommandInput;
      change(definition, definition.containerDefinitions![0]!);
      const made = await open.aws.ecs.send(new RegisterTaskDefinitionCommand(definition));
      const arn = made.taskDefinition!.taskDefinitionArn!;
      await open.aws.ecs.send(new UpdateServiceCommand({ ...service, taskDefinition: arn }));
      return meaning(arn);
    },
    async restart() {
      const taskDefinition = worker.task_definition_arn;
      await open.aws.ecs.send(
        new UpdateServiceCommand({ ...service, taskDefinition, forceNewDeployment: true }),
      );
      return meaning(taskDefinition);
    },
    async diagnosed(system) {
      const look = async () => diagnose(await collectEvidence(WORKER, system, open));
      const deadline = Date.now() + PATIENCE_MS;
      for (;;) {
        const { main } = await look();
        // Service and tasks are read side by side, so the first look that knows may have missed the service's newest event.
        if ((main && main.cause !== "still-starting") || Date.now() > deadline) return look();
        await sleep(250);
      }
    },
  };
}

/** Sets a variable of a container. */
export function setVariable(container: Container, name: string, value: string): void {
  const others = (container.environment ?? []).filter((variable) => variable.name !== name);
  container.environment = [...others, { name, value }];
}
