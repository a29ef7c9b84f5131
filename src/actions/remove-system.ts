import {
  DeregisterTaskDefinitionCommand,
  DescribeTaskDefinitionCommand,
  type ECSClient,
  paginateListTaskDefinitions,
} from "@aws-sdk/client-ecs";
import type { Config } from "#config/schema.ts";
import { withProgress } from "#engine/progress.ts";
import type { ApplySummary } from "#engine/workspace.ts";
import { PrefectFargateError } from "#errors";
import type { Reporter } from "#reporter";
import type { System } from "./system.ts";
import type { Workplace } from "./workplace.ts";

/**
 * Removes everything that Terraform made, whole or not, and the task definitions that workers registered for their flow
 * runs, which Terraform does not know.
 * @param known the system, where it is known already and need not be read from the state
 * @throws NOT_ALL_REMOVED with what is left
 */
export async function removeSystem(
  { workspace, aws, config }: Workplace,
  reporter: Reporter,
  known?: Partial<System>,
): Promise<ApplySummary> {
  return reporter.stage("Remove everything", async (stage) => {
    const system = known ?? ((await workspace.outputs()) as Partial<System>);
    const summary = await withProgress(stage, (onEvent) => workspace.destroy(onEvent));
    stage.update("deregistering task definitions");
    const [left] = await Promise.all([
      workspace.stateResources(),
      deregisterDefinitions(aws.ecs, ownDefinitions(config, system)),
    ]);
    if (left.length === 0) return summary;
    throw new PrefectFargateError("NOT_ALL_REMOVED", `${left.length} resources are left.`, {
      source: "environment",
      details: left,
      hint: "prefect-fargate destroy",
    });
  });
}

/** By what a task definition is known to be ours. */
interface OwnDefinitions {
  /** Of the workers' own; a deploy that was cut short may have registered one that its state does not know. */
  readonly families: ReadonlySet<string>;
  /** A worker registers `prefect_<pool>_<deployment id>` for each deployment. */
  readonly prefixes: readonly string[];
  /** How the ARN of our execution role ends: whoever else uses such a family name has another one. */
  readonly executionRole: string;
}

/** The config may have changed since the last deploy: what either names is ours. */
function ownDefinitions(
  config: Config,
  { workers = {}, execution_role_arn }: Partial<System>,
): OwnDefinitions {
  const pools = [
    ...Object.values(config.workers).map(({ workPool }) => workPool),
    ...Object.values(workers).map(({ work_pool }) => work_pool),
  ];
  return {
    families: new Set([...Object.keys(config.workers), ...Object.keys(workers)]),
    prefixes: [...new Set(pools)].map((pool) => `prefect_${pool}_`),
    executionRole: execution_role_arn ?? `:role/${config.executionRole.name}`,
  };
}

async function deregisterDefinitions(ecs: ECSClient, own: OwnDefinitions): Promise<void> {
  for await (const { taskDefinitionArns = [] } of paginateListTaskDefinitions(
    { client: ecs },
    { status: "ACTIVE" },
  )) {
    for (const arn of taskDefinitionArns) {
      const family = arn.split("/").at(-1)?.replace(/:\d+$/, "") ?? "";
      if (!own.families.has(family) && !own.prefixes.some((prefix) => family.startsWith(prefix))) continue;
      const { taskDefinition } = await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: arn }));
      if (!taskDefinition?.executionRoleArn?.endsWith(own.executionRole)) continue;
      await ecs.send(new DeregisterTaskDefinitionCommand({ taskDefinition: arn }));
    }
  }
}
