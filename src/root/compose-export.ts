import type { Config } from "#config/schema.ts";
import { joinBlocks } from "#terraform/hcl.ts";
import { comment } from "#terraform/hcl-layout.ts";
import { composeBlocks, type RootFiles } from "./compose-root.ts";

const OPENING = comment(
  [
    "A system of Prefect workers on ECS Fargate. Everything here is yours to change.",
    "After an apply, put the output `workers[NAME].base_job_template` into the work pool of each worker:",
    "prefect work-pool update POOL --base-job-template FILE",
  ].join("\n"),
);

/**
 * A config as a plain Terraform root that needs us no longer, in the files where people look for things. It has the very
 * addresses of the root that a deploy applies: over the same state it changes nothing.
 */
export function composeExport(config: Config): RootFiles {
  const { terraform, provider, variables, locals, modules, outputs, moved } = composeBlocks(config);
  return {
    "main.tf": `${OPENING}\n\n${joinBlocks([...locals, ...modules])}`,
    "moved.tf": moved,
    "outputs.tf": joinBlocks(outputs),
    ...(variables.length > 0 ? { "variables.tf": joinBlocks(variables) } : {}),
    "versions.tf": joinBlocks([...terraform, provider]),
  };
}
