import { relative } from "node:path";
import type { Config } from "#config/schema.ts";
import type { CommandSpec } from "../command-spec.ts";
import { configOption, jsonOption } from "../shared-options.ts";

interface ValidateOptions {
  readonly config?: string;
  readonly json?: boolean;
}

export const validate: CommandSpec<ValidateOptions> = {
  name: "validate",
  summary: "check the config and show what it comes to",
  description:
    "Checks the config without touching AWS or Prefect and shows every problem at once. " +
    "With --json it prints the config with all defaults filled in.",
  examples: [
    { does: "Check the config in this folder", command: "validate" },
    { does: "See every default that applies", command: "validate --json" },
  ],
  options: [configOption(), jsonOption()],
  async run({ config: file, json }, { cwd, env, reporter, print, printJson }) {
    const { loadConfig } = await import("#config/load-config.ts");
    const { configWarnings } = await import("#config/warnings.ts");
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
  },
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
