import {
  DeregisterTaskDefinitionCommand,
  DescribeTaskDefinitionCommand,
  type ECSClient,
  ListTaskDefinitionsCommand,
} from "@aws-sdk/client-ecs";
import { withProgress } from "#engine/progress.ts";
import type { ApplySummary } from "#engine/workspace.ts";
import { PrefectFargateError } from "#errors";
import type { Reporter } from "#reporter";
import { readSystem, type System } from "./system.ts";
import type { Workplace } from "./workplace.ts";

/**
 * Removes the system: everything that Terraform made, and the task definitions that workers registered for their flow
 * runs, which Terraform does not know.
 * @param known the system, where it was applied just now and need not be read from the state
 * @throws NOT_ALL_REMOVED with what is left
 */
export async function destroy(
  { workspace, aws, dir }: Workplace,
  reporter: Reporter,
  known?: System,
): Promise<ApplySummary> {
  return reporter.stage("Remove everything", async (stage) => {
    const system = known ?? readSystem(await workspace.outputs(), dir);
    const summary = await withProgress(stage, (onEvent) => workspace.destroy(onEvent));
    stage.update("deregistering the flow runs' task definitions");
    const [left] = await Promise.all([
      workspace.stateResources(),
      deregisterFlowRunDefinitions(aws.ecs, system),
    ]);
    if (left.length === 0) return summary;
    throw new PrefectFargateError("NOT_ALL_REMOVED", `${left.length} resources are left.`, {
      source: "environment",
      details: left,
      hint: "prefect-fargate destroy",
    });
  });
}

/**
 * A worker registers `prefect_<pool>_<deployment id>` for each deployment. Those with our execution role are ours, whoever
 * else uses a pool of that name.
 */
async function deregisterFlowRunDefinitions(ecs: ECSClient, system: System): Promise<void> {
  const prefixes = Object.values(system.workers).map(({ work_pool }) => `prefect_${work_pool}_`);
  for (const arn of await activeDefinitions(ecs)) {
    const family = arn.split("/").at(-1) ?? "";
    if (!prefixes.some((prefix) => family.startsWith(prefix))) continue;
    const { taskDefinition } = await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: arn }));
    if (taskDefinition?.executionRoleArn !== system.execution_role_arn) continue;
    await ecs.send(new DeregisterTaskDefinitionCommand({ taskDefinition: arn }));
  }
}

async function activeDefinitions(ecs: ECSClient): Promise<string[]> {
  const arns: string[] = [];
  let nextToken: string | undefined;
  do {
    const page = await ecs.send(new ListTaskDefinitionsCommand({ status: "ACTIVE", nextToken }));
    arns.push(...(page.taskDefinitionArns ?? []));
    nextToken = page.nextToken;
  } while (nextToken);
  return arns;
}
