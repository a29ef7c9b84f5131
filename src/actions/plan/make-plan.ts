import { keepLockFile } from "#engine/lock-file.ts";
import type { Plan } from "#engine/workspace.ts";
import type { Reporter, Stage } from "#reporter";
import type { Workplace } from "../workplace.ts";

/** Installs the provider and works out what would change; makes nothing. */
export async function plan(workplace: Workplace, reporter: Reporter): Promise<Plan> {
  return reporter.stage("Plan", async (stage) => {
    await prepare(workplace, stage, reporter);
    const planned = await workplace.workspace.plan();
    stage.update(summarize(planned));
    return planned;
  });
}

/** Gets Terraform's folder ready to be asked. */
export async function prepare(
  { workspace, dir, projectDir }: Workplace,
  stage: Stage,
  reporter: Reporter,
): Promise<void> {
  stage.update("getting the AWS provider ready");
  await workspace.init();
  if (projectDir && (await keepLockFile(dir, projectDir)))
    reporter.note("The lock file .terraform.lock.hcl is new or different; commit it with your config.");
  stage.update("comparing with what exists");
}

/** `20 to create, 1 to change` */
export const summarize = ({ add, imports, change, replace, destroy }: Plan): string =>
  [
    [add, "to create"],
    [imports, "to take over"],
    [change, "to change"],
    [replace, "to replace"],
    [destroy, "to destroy"],
  ]
    .filter(([count]) => count !== 0)
    .map(([count, what]) => `${count} ${what}`)
    .join(", ") || "nothing to do";
