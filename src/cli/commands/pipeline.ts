import { Argument, Option } from "commander";
import type { CommandSpec } from "../command-spec.ts";
import { configOption, jsonOption } from "../shared-options.ts";

export interface PipelineCommandOptions {
  readonly provider: string;
  readonly env?: readonly string[];
  readonly access?: string;
  readonly config?: string;
  readonly json?: boolean;
}

export const pipeline: CommandSpec<PipelineCommandOptions> = {
  name: "pipeline",
  summary: "write a CI/CD pipeline that needs no stored AWS keys",
  description:
    "Writes workflows for the config's environments: on a pull request the plan as a comment; after the merge the reviewed plan is " +
    "applied, one environment after another; every morning a look for drift. With --access it writes the Terraform of the OIDC " +
    "provider and the two roles that the pipeline uses, to be applied once by somebody who may.",
  examples: [
    { does: "Write GitHub workflows for all environments", command: "pipeline github" },
    { does: "Write a CircleCI config for two of them", command: "pipeline circleci --env staging prod" },
    { does: "Write the roles of prod's pipeline", command: "pipeline github --env prod --access access" },
  ],
  arguments: [new Argument("<provider>", "github or circleci")],
  options: [
    new Option("--env <name...>", "environments, in the order in which they are deployed, instead of all"),
    new Option(
      "--access <folder>",
      "also write the Terraform of what AWS must know, one folder for each environment",
    ),
    configOption(),
    jsonOption(),
  ],
  handler: async () => (await import("../handlers/pipeline.ts")).runPipeline,
};
