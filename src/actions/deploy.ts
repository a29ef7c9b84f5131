import { prefectApiUrl } from "#config/api-url.ts";
import type { Config } from "#config/schema.ts";
import { withProgress } from "#engine/progress.ts";
import { type ApplySummary, openWorkspace, type Plan, type Workspace } from "#engine/workspace.ts";
import { createPrefectClient, type PrefectClient } from "#prefect/client.ts";
import type { Reporter } from "#reporter";
import { composeRoot } from "#root/compose-root.ts";
import { writeRoot } from "#root/write-root.ts";
import { awaitOnline, type OnlineWorker } from "./await-online.ts";
import { type AwsClients, awsClients } from "./aws-clients.ts";
import type { Surroundings } from "./surroundings.ts";
import { readSystem, type System } from "./system.ts";
import { preparePools, type WiredPool, wirePools } from "./work-pools.ts";

export interface Deployed {
  readonly system: System;
  readonly resources: ApplySummary;
  readonly pools: readonly WiredPool[];
}

/** What an action works with: a config's Terraform, Prefect's API, AWS. Opened once, closed once. */
export interface Workplace {
  readonly config: Config;
  /** The folder of Terraform files. */
  readonly dir: string;
  readonly workspace: Workspace;
  readonly prefect: PrefectClient;
  readonly aws: AwsClients;
  close(): void;
}

/** Writes the config's Terraform into the surroundings' folder and opens everything that works on it. */
export async function openWorkplace(
  config: Config,
  { dir, terraform, env, apiKey, signal }: Surroundings,
  reporter: Reporter,
): Promise<Workplace> {
  await writeRoot(dir, composeRoot(config));
  const ours = "secretName" in config.prefect.apiKey;
  const workspace = await openWorkspace({
    dir,
    terraform,
    env,
    variables: ours && apiKey ? { prefect_api_key: apiKey } : {},
    secrets: apiKey ? [apiKey] : [],
    reporter,
    ...(signal ? { signal } : {}),
  });
  const aws = awsClients(config.region, env);
  return {
    config,
    dir,
    workspace,
    aws,
    prefect: createPrefectClient({
      apiUrl: prefectApiUrl(config.prefect),
      version: config.prefect.version,
      ...(apiKey ? { apiKey } : {}),
      ...(signal ? { signal } : {}),
    }),
    close: () => {
      workspace.close();
      aws.close();
    },
  };
}

/** Installs the provider and works out what would change; makes nothing. */
export async function plan({ workspace }: Workplace, reporter: Reporter): Promise<Plan> {
  return reporter.stage("Plan", async (stage) => {
    stage.update("getting the AWS provider ready");
    await workspace.init();
    stage.update("comparing with what exists");
    const result = await workspace.plan();
    stage.update(summarize(result));
    return result;
  });
}

/**
 * Makes the planned system real and wires its work pools. The pools come first, as a worker would make a missing one
 * itself, unwired. The worker need not be up yet when this ends: `awaitWorkers` is the gate.
 */
export async function applyAndWire(
  { config, dir, workspace, prefect }: Workplace,
  planned: Plan,
  reporter: Reporter,
): Promise<Deployed> {
  await reporter.stage(`Work pool ${poolNames(config)}`, () => preparePools(config, prefect));
  const resources = await reporter.stage("Apply", (stage) =>
    withProgress(stage, (onEvent) => workspace.apply(planned, onEvent)),
  );
  return reporter.stage("Wire the work pool", async (stage) => {
    const system = readSystem(await workspace.outputs(), dir);
    const pools = await wirePools(system, prefect, reporter);
    stage.update(pools.map(({ name, changes }) => `${name}: ${changes.length} changes`).join(", "));
    return { system, resources, pools };
  });
}

/** The gate: every worker ONLINE, on the revision that was deployed. */
export async function awaitWorkers(
  { aws, prefect }: Workplace,
  system: System,
  reporter: Reporter,
  signal?: AbortSignal,
): Promise<OnlineWorker[]> {
  return Promise.all(
    Object.keys(system.workers).map((name) =>
      reporter.stage(`Worker ${name}`, async (stage) => {
        const worker = await awaitOnline(name, system, { aws, prefect }, stage, { signal });
        stage.update(`${worker.status} in ${worker.workPool}`);
        return worker;
      }),
    ),
  );
}

const poolNames = (config: Config): string =>
  [...new Set(Object.values(config.workers).map(({ workPool }) => workPool))].join(", ");

const summarize = ({ add, change, replace, destroy }: Plan): string =>
  [
    [add, "to create"],
    [change, "to change"],
    [replace, "to replace"],
    [destroy, "to destroy"],
  ]
    .filter(([count]) => count !== 0)
    .map(([count, what]) => `${count} ${what}`)
    .join(", ") || "nothing to do";
