import { homedir } from "node:os";
import { join } from "node:path";
import { loadSharedConfigFiles } from "@smithy/core/config";

/** `[sso-session acme]` and `[services local]` are no profiles. */
const OTHER_SECTION = /^(sso-session|services)\./;

export interface AwsProfile {
  readonly name: string;
  readonly region: string | undefined;
}

/**
 * The profiles of `~/.aws/config` and `~/.aws/credentials`, `default` first; none where there are no such files.
 *
 * @see https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-files.html
 */
export async function awsProfiles(env: Readonly<NodeJS.ProcessEnv>): Promise<AwsProfile[]> {
  const folder = join(env.HOME || env.USERPROFILE || homedir(), ".aws");
  const { configFile, credentialsFile } = await loadSharedConfigFiles({
    configFilepath: env.AWS_CONFIG_FILE || join(folder, "config"),
    filepath: env.AWS_SHARED_CREDENTIALS_FILE || join(folder, "credentials"),
    ignoreCache: true,
  });
  const names = [...new Set([...Object.keys(configFile), ...Object.keys(credentialsFile)])]
    .filter((name) => !OTHER_SECTION.test(name))
    .sort((a, b) => Number(b === "default") - Number(a === "default") || a.localeCompare(b));
  return names.map((name) => ({ name, region: configFile[name]?.region ?? credentialsFile[name]?.region }));
}

/** The region that AWS's own tools would use in this shell. */
export function shellRegion(
  env: Readonly<NodeJS.ProcessEnv>,
  profiles: readonly AwsProfile[],
): string | undefined {
  const profile = env.AWS_PROFILE || "default";
  return (
    env.AWS_REGION ||
    env.AWS_DEFAULT_REGION ||
    profiles.find(({ name }) => name === profile)?.region ||
    undefined
  );
}
