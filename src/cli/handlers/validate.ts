import { relative } from "node:path";
import { loadConfig } from "#config/load-config.ts";
import type { Config } from "#config/schema.ts";
import { configWarnings } from "#config/warnings.ts";
import type { Handler } from "../command-spec.ts";
import type { ValidateOptions } from "../commands/validate.ts";

export const runValidate: Handler<ValidateOptions> = async ({ config: file, json }, context) => {
  const { cwd, env, reporter, print, printJson } = context;
  const loaded = await loadConfig({ cwd, file, env });
  const warnings = configWarnings(loaded.config);
  for (const warning of warnings) reporter.warn(warning);
  if (json) return printJson({ valid: true, file: loaded.file ?? null, warnings, config: loaded.config });
  print(
    loaded.file
      ? `${relative(cwd, loaded.file)} is valid.`
      : "There is no config here, so every default holds.",
  );
  for (const line of outline(loaded.config)) print(line);
  print("");
  print("Next: prefect-fargate rehearse, which runs all of it on this machine without an AWS account.");
};

/** What the config comes to, in a few lines. */
function outline({ region, prefect, network, cluster, workers }: Config): string[] {
  const zones = network.kind === "new" ? network.availabilityZones : [];
  const place =
    network.kind === "new"
      ? `new VPC ${network.name} ${network.cidrBlock} across ${Array.isArray(zones) ? zones.join(", ") : `${zones} zones`}`
      : `existing VPC ${network.vpcId ?? (network.vpcTags ? JSON.stringify(network.vpcTags) : "of the region, its default")}`;
  return [
    "",
    `  Prefect   ${prefect.version}, ${prefect.accountId ? `workspace ${prefect.workspaceId} of Prefect Cloud` : prefect.apiUrl}`,
    `  region    ${region}`,
    `  network   ${place}`,
    `  cluster   ${cluster.name}`,
    ...Object.entries(workers).map(
      ([name, { workPool, cpu, memoryMiB, desiredCount }]) =>
        `  worker    ${name} in ${workPool}: ${desiredCount} × ${cpu / 1024} vCPU, ${memoryMiB} MiB`,
    ),
  ];
}
