import type { Config } from "#config/schema.ts";
import { restoreLockFile } from "#engine/lock-file.ts";
import { openWorkspace, type Workspace } from "#engine/workspace.ts";
import type { PrefectClient } from "#prefect/client.ts";
import type { Reporter } from "#reporter";
import { composeRoot } from "#root/compose-root.ts";
import { overrideFiles } from "#root/override-files.ts";
import { writeRoot } from "#root/write-root.ts";
import { type AwsClients, awsClients } from "./aws-clients.ts";
import { openPrefect } from "./open-prefect.ts";
import { settleState } from "./state/settle-state.ts";
import type { Surroundings } from "./surroundings.ts";

/** What an action works with: a config's Terraform, Prefect's API, AWS. Opened once, closed once. */
export interface Workplace {
  /** The config, with its defaults. */
  readonly config: Config;
  /** The folder of Terraform files. */
  readonly dir: string;
  /** The project whose lock file decides which provider is used. */
  readonly projectDir: string | undefined;
  /** Terraform in that folder. */
  readonly workspace: Workspace;
  /** Prefect's API, with the surroundings' key. */
  readonly prefect: PrefectClient;
  /** AWS in the config's region. */
  readonly aws: AwsClients;
  /** AWS settings, for clients that only some actions need. */
  readonly env: Surroundings["env"];
  /** Closes what is open to AWS; nothing is to be done here afterwards. */
  close(): void;
}

/**
 * Writes the config's Terraform into the surroundings' folder and opens everything that works on it.
 *
 * @throws STATE_MOVED where the state is not where the config keeps it
 */
export async function openWorkplace(
  config: Config,
  { dir, projectDir, terraform, env, apiKey, lockTimeoutSeconds, signal }: Surroundings,
  reporter: Reporter,
): Promise<Workplace> {
  const { reconfigure } = await settleState(dir, config.state, env);
  const root = composeRoot(config);
  await writeRoot(dir, root, await overrideFiles(config, root));
  if (projectDir) await restoreLockFile(projectDir, dir);
  const isOurSecret = config.prefect.apiKey && "secretName" in config.prefect.apiKey;
  const workspace = await openWorkspace({
    dir,
    terraform,
    env,
    variables: isOurSecret && apiKey ? { prefect_api_key: apiKey } : {},
    secrets: apiKey ? [apiKey] : [],
    reporter,
    reconfigure,
    ...(lockTimeoutSeconds ? { lockTimeoutSeconds } : {}),
    ...(signal ? { signal } : {}),
  });
  const aws = awsClients(config.region, env);
  return {
    config,
    dir,
    projectDir,
    workspace,
    aws,
    env,
    prefect: openPrefect(config, apiKey, { signal }),
    close: () => {
      workspace.close();
      aws.close();
    },
  };
}
