import { expect, test } from "vitest";
import { EXAMPLES, exampleOnStage } from "../helpers/example.ts";
import { added, inventory } from "../helpers/inventory.ts";
import { environmentSubject, REPOSITORY } from "../helpers/pipeline-access.ts";
import { openPipelineStage } from "../helpers/pipeline-stage.ts";
import { runAs } from "../helpers/run-as.ts";

const ENVIRONMENT = "prod";
/** What the policies of examples' flows allow: AmazonS3ReadOnlyAccess. */
const TASK_ACTIONS = [
  "s3:Get*",
  "s3:List*",
  "s3:Describe*",
  "s3-object-lambda:Get*",
  "s3-object-lambda:List*",
];

/**
 * With IAM deciding, the role that the example's own pipeline would have makes everything in it, as it stands, and takes it away again;
 * the role that plans sees in between that nothing is to be done. `default` is the default system, with its VPC.
 */
test.each(EXAMPLES)("the apply role deploys and destroys the example %s, and needs no more", async (name) => {
  // No flows job: it would need one architecture, and many-workers has two.
  const config = {
    ...(await exampleOnStage(name)),
    pipeline: { taskActions: TASK_ACTIONS, flowsRepository: undefined },
  };
  const pipeline = await openPipelineStage({ environment: ENVIRONMENT, version: 2, config });
  try {
    const { stage } = pipeline;
    const before = await inventory(stage.aws);
    const apply = await pipeline.become("apply", { sub: environmentSubject(ENVIRONMENT) });
    const plan = await pipeline.become("plan", { sub: `repo:${REPOSITORY}:pull_request` });
    const runWith = async ({ env }: typeof apply, ...argv: string[]) => {
      const { status, log } = await runAs(stage, env, [...argv, "--env", ENVIRONMENT]);
      expect(log).not.toMatch(/AccessDenied|not authorized/);
      expect({ status, log }).toMatchObject({ status: 0 });
    };
    await runWith(apply, "deploy", "--yes");
    await runWith(plan, "plan");
    await runWith(apply, "destroy", "--yes", "--delete-pool");
    expect(added(before, await inventory(stage.aws))).toEqual({});
  } finally {
    await pipeline.close();
  }
});
