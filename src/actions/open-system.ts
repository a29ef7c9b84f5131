import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Config } from "#config/schema.ts";
import { openWorkspace } from "#engine/workspace.ts";
import { PrefectFargateError } from "#errors";
import type { PrefectClient } from "#prefect/client.ts";
import type { Reporter } from "#reporter";
import { composeRoot } from "#root/compose-root.ts";
import { overrideFiles } from "#root/override-files.ts";
import { writeRoot } from "#root/write-root.ts";
import { type AwsClients, awsClients } from "./aws-clients.ts";
import { openPrefect } from "./open-prefect.ts";
import { settleState } from "./state/settle-state.ts";
import type { Surroundings } from "./surroundings.ts";
import { readSystem, type System } from "./system.ts";

/** What exists, for an action that only looks: it writes nothing and plans nothing. */
export interface OpenSystem {
  /** The config as it is now, which may differ from what was deployed. */
  readonly config: Config;
  /** The root's outputs: names and ARNs of what was deployed. */
  readonly system: System;
  /** Prefect's API, with the surroundings' key. */
  readonly prefect: PrefectClient;
  /** AWS in the config's region. */
  readonly aws: AwsClients;
  /** Closes what is open to AWS; nothing is to be asked of it afterwards. */
  close(): void;
}

/**
 * Opens the system that was deployed from the surroundings' folder.
 * @throws SYSTEM_NOT_APPLIED when nothing was
 */
export async function openSystem(
  config: Config,
  { dir, terraform, env, apiKey, signal }: Surroundings,
  reporter: Reporter,
): Promise<OpenSystem> {
  const { reconfigure } = await settleState(dir, config.state, env);
  // Deployed from another machine, or a pipeline: only the state tells.
  if (reconfigure && config.state) {
    const root = composeRoot(config);
    await writeRoot(dir, root, await overrideFiles(config, root));
  }
  if (!existsSync(join(dir, "main.tf")))
    throw new PrefectFargateError("SYSTEM_NOT_APPLIED", "Nothing has been deployed from this folder yet.", {
      hint: "prefect-fargate deploy",
    });
  const workspace = await openWorkspace({
    dir,
    terraform,
    env,
    secrets: apiKey ? [apiKey] : [],
    reporter,
    reconfigure,
    ...(signal ? { signal } : {}),
  });
  try {
    if (reconfigure) await workspace.init();
    const system = readSystem(await workspace.outputs(), dir);
    const aws = awsClients(config.region, env);
    return {
      config,
      system,
      aws,
      prefect: openPrefect(config, apiKey, { signal }),
      close: () => aws.close(),
    };
  } finally {
    workspace.close();
  }
}
