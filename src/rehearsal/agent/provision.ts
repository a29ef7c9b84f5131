import type { ContainerDefinition } from "@aws-sdk/client-ecs";
import { PrefectFargateError } from "#errors";
import { type LogSink, noLogs, openAwslogs } from "./awslogs.ts";
import type { ControlPlane } from "./control-plane.ts";
import type { Driver, PulledImage } from "./driver.ts";
import {
  containerCommand,
  containerOverride,
  executionRoleArn,
  type FargateTask,
  taskId,
  taskRoleArn,
} from "./fargate-task.ts";
import { RenewingSession } from "./role-session.ts";
import { roleNotAssumed, TaskStartFailure } from "./stop-reasons.ts";
import { fromPairs } from "./task-environment.ts";
import { fetchSecrets } from "./task-secrets.ts";

export interface ProvisionContext {
  readonly controlPlane: ControlPlane;
  readonly driver: Driver;
  readonly endpointUrl: string;
  readonly onLoss: (sentence: string) => void;
}

export interface ProvisionedContainer {
  readonly definition: ContainerDefinition;
  readonly image: PulledImage;
  readonly secrets: Record<string, string>;
  readonly logs: LogSink;
}

export interface ProvisionedTask {
  readonly taskSession: RenewingSession | undefined;
  readonly containers: readonly ProvisionedContainer[];
}

/**
 * Gets what a task needs before its containers run: its roles' sessions, then, for all containers at once, secrets,
 * images and log streams. When several fail, the task fails for what Fargate would have met first, in this order.
 * @throws TaskStartFailure in AWS's words
 */
export async function provisionTask(task: FargateTask, context: ProvisionContext): Promise<ProvisionedTask> {
  const [taskSession, executionSession] = await Promise.all([
    openSession(task, "task", taskRoleArn(task), context),
    openSession(task, "execution", executionRoleArn(task), context),
  ]);
  const definitions = task.definition.containerDefinitions ?? [];
  const [secrets, images, logs] = await Promise.all([
    Promise.allSettled(definitions.map((container) => secretsOf(task, container, executionSession, context))),
    Promise.allSettled(definitions.map((container) => imageOf(task, container, context))),
    Promise.allSettled(definitions.map((container) => logsOf(task, container, executionSession, context))),
  ]);
  const failure = [...secrets, ...images, ...logs].find((result) => result.status === "rejected");
  if (failure) {
    await Promise.all(logs.map((result) => result.status === "fulfilled" && result.value.close()));
    throw failure.reason;
  }
  return {
    taskSession,
    containers: definitions.map((definition, index) => ({
      definition,
      secrets: fulfilled(secrets[index]!),
      image: fulfilled(images[index]!),
      logs: fulfilled(logs[index]!),
    })),
  };
}

/** Asks for the role's session at once, as ECS does: a role that cannot be assumed stops the task before it starts. */
async function openSession(
  task: FargateTask,
  role: "task" | "execution",
  roleArn: string | undefined,
  { controlPlane }: ProvisionContext,
): Promise<RenewingSession | undefined> {
  if (!roleArn) return undefined;
  const session = new RenewingSession(() => controlPlane.roleSession(task.taskArn, role));
  try {
    await session.get();
  } catch (error) {
    if (error instanceof PrefectFargateError && error.code === "AGENT_ROLE_REFUSED")
      throw roleNotAssumed(roleArn);
    throw error;
  }
  return session;
}

async function secretsOf(
  task: FargateTask,
  container: ContainerDefinition,
  session: RenewingSession | undefined,
  { endpointUrl }: ProvisionContext,
): Promise<Record<string, string>> {
  const secrets = container.secrets ?? [];
  if (secrets.length === 0) return {};
  if (!session) {
    throw new TaskStartFailure(
      "When you are specifying container secrets, you must also specify a value for 'executionRoleArn'.",
    );
  }
  return fetchSecrets(secrets, { endpointUrl, region: task.region, session });
}

/** With an entry point of its own, a container does not run the image's, which is what reads EXTRA_PIP_PACKAGES. */
async function imageOf(task: FargateTask, container: ContainerDefinition, { driver }: ProvisionContext) {
  const { EXTRA_PIP_PACKAGES, ...others } = {
    ...fromPairs(container.environment),
    ...fromPairs(containerOverride(task, container.name ?? "")?.environment),
  };
  const installs = EXTRA_PIP_PACKAGES && !containerCommand(task, container).entryPoint;
  return driver.pull(container.image ?? "", installs ? { ...others, EXTRA_PIP_PACKAGES } : others);
}

async function logsOf(
  task: FargateTask,
  definition: ContainerDefinition,
  session: RenewingSession | undefined,
  { endpointUrl, onLoss }: ProvisionContext,
): Promise<LogSink> {
  if (definition.logConfiguration?.logDriver !== "awslogs") return noLogs;
  if (!session) {
    throw new TaskStartFailure(
      "Fargate requires task definition to have execution role ARN to support log driver awslogs.",
    );
  }
  return openAwslogs({ definition, taskId: taskId(task.taskArn), endpointUrl, session, onLoss });
}

function fulfilled<T>(result: PromiseSettledResult<T>): T {
  if (result.status === "rejected") throw result.reason;
  return result.value;
}
