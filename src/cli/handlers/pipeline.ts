import { type WrittenPipeline, writePipeline } from "#actions/pipeline.ts";
import { loadEnvironments } from "#config/load-config.ts";
import type { Config } from "#config/schema.ts";
import { either } from "#config/words.ts";
import { PrefectFargateError } from "#errors";
import type { Handler } from "../command-spec.ts";
import type { PipelineCommandOptions } from "../commands/pipeline.ts";

export const runPipeline: Handler<PipelineCommandOptions> = async (options, context) => {
  const { cwd, env, print, printJson } = context;
  const { environments } = await loadEnvironments({ cwd, file: options.config, env });
  const { provider, access } = options;
  const written = await writePipeline({
    cwd,
    provider,
    environments: chosen(environments, options.env),
    access,
  });
  if (options.json) return printJson(written);
  for (const line of summarize(written)) print(line);
};

/** The environments that were named, in the order in which they were. */
function chosen(
  all: Readonly<Record<string, Config>>,
  names: readonly string[] | undefined,
): Record<string, Config> {
  const missing = names?.find((name) => all[name] === undefined);
  if (missing !== undefined)
    throw new PrefectFargateError("ENVIRONMENT_UNKNOWN", `The config has no environment ${missing}.`, {
      hint: `Choose ${either(Object.keys(all).map((name) => `--env ${name}`))}`,
    });
  return names ? Object.fromEntries(names.map((name) => [name, all[name]!])) : all;
}

function summarize({ provider, environments, files, access }: WrittenPipeline): string[] {
  const order = environments.join(", then ");
  return [
    `Wrote ${files.join(", ")}: ${order}.`,
    ...(access.length > 0 ? [`Wrote the roles' Terraform to ${access.join(", ")}.`] : []),
    "",
    ...(provider === "github"
      ? [
          "On GitHub, once:",
          ...environments.map(
            (name) =>
              `  environments ${name} and ${name}-approval, for this branch only; reviewers for ${name}-approval`,
          ),
          "  a secret PREFECT_API_KEY, or one for each environment: PREFECT_API_KEY_PROD",
        ]
      : [
          "On CircleCI, once:",
          ...environments.map(
            (name) =>
              `  contexts prefect-fargate-${name}-plan and prefect-fargate-${name}, with PREFECT_API_KEY`,
          ),
          "  a schedule trigger named drift",
        ]),
    "",
    access.length > 0
      ? `Next: terraform -chdir=${access[0]} init, and apply, by somebody who may write IAM.`
      : `Next: commit this. The roles that it uses are made by prefect-fargate bootstrap --env ${environments[0]}${environments.length > 1 ? ", and so for each" : ""}.`,
  ];
}
