import { relative } from "node:path";
import { loadConfig, loadEnvironments } from "#config/load-config.ts";
import type { Config, WorkerConfig } from "#config/schema.ts";
import { configWarnings } from "#config/warnings.ts";
import type { Handler } from "../command-spec.ts";
import type { ValidateOptions } from "../commands/validate.ts";

export const runValidate: Handler<ValidateOptions> = async (options, context) => {
  const { cwd, env, reporter, print, printJson } = context;
  const { config: file, env: environment, json } = options;
  const all = environment === undefined ? await loadEnvironments({ cwd, file, env }) : undefined;
  const found = Object.keys(all?.environments ?? {}).length > 0 ? all : undefined;
  const loaded = found ?? (await loadConfig({ cwd, file, env, environment }));
  const configs = "config" in loaded ? [loaded.config] : Object.values(loaded.environments);
  const warnings = configs.flatMap(configWarnings);
  for (const warning of new Set(warnings)) reporter.warn(warning);
  const about = { valid: true, file: loaded.file ?? null, warnings };
  if (json) return printJson({ ...about, ...loaded, file: about.file });
  print(
    loaded.file
      ? `${relative(cwd, loaded.file)} is valid.`
      : "There is no config here, so every default holds.",
  );
  for (const config of configs) for (const line of outline(config)) print(line);
  print("");
  const next = found ? ` --env ${Object.keys(found.environments)[0]}` : "";
  print(
    `Next: prefect-fargate rehearse${next}, which runs all of it on this machine without an AWS account.`,
  );
};

/** What the config comes to, in a few lines. */
function outline({ environment, region, prefect, network, cluster, workers, services }: Config): string[] {
  const zones = network.kind === "new" ? network.availabilityZones : [];
  const place =
    network.kind === "new"
      ? `new VPC ${network.name} ${network.cidrBlock} across ${Array.isArray(zones) ? zones.join(", ") : `${zones} zones`}`
      : `existing VPC ${network.vpcId ?? (network.vpcTags ? JSON.stringify(network.vpcTags) : "of the region, its default")}`;
  return [
    "",
    ...(environment ? [`  ${environment}`] : []),
    `  Prefect   ${prefect.version}, ${prefect.accountId ? `workspace ${prefect.workspaceId} of Prefect Cloud` : prefect.apiUrl}`,
    `  region    ${region}`,
    `  network   ${place}`,
    `  cluster   ${cluster.name}`,
    ...Object.entries(workers).map(
      ([name, worker]) =>
        `  worker    ${name} in ${worker.workPool}: ${showTasks(worker)} × ${worker.cpu / 1024} vCPU, ${worker.memoryMiB} MiB`,
    ),
    ...Object.entries(services).map(
      ([name, { image, port, desiredCount, cpu, memoryMiB }]) =>
        `  service   ${name} of ${image} on port ${port}: ${desiredCount} × ${cpu / 1024} vCPU, ${memoryMiB} MiB`,
    ),
  ];
}

/** `2`, or `0 to 10` where their number follows the work. */
const showTasks = ({ scaling, desiredCount }: WorkerConfig): string =>
  scaling.mode === "fixed" ? String(desiredCount) : `${scaling.minTasks} to ${scaling.maxTasks}`;
