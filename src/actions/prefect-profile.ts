import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { parse } from "smol-toml";
import { PrefectFargateError } from "#errors";

/** Settings of the Prefect profile that is active in the user's shell. */
export interface PrefectProfile {
  readonly name: string;
  /** Where it was read. */
  readonly file: string;
  readonly apiKey: string | undefined;
  /** `user:password` of a server. */
  readonly authString: string | undefined;
  readonly apiUrl: string | undefined;
}

/**
 * The profile that `prefect cloud login` wrote and the `prefect` command itself would use; undefined where there is none.
 *
 * @throws PREFECT_PROFILE_UNREADABLE
 * @see https://docs.prefect.io/v3/concepts/settings-and-profiles
 */
export async function readPrefectProfile(
  env: Readonly<NodeJS.ProcessEnv>,
): Promise<PrefectProfile | undefined> {
  const home = env.PREFECT_HOME || join(env.HOME || homedir(), ".prefect");
  const file = env.PREFECT_PROFILES_PATH || join(home, "profiles.toml");
  const text = await readFile(file, "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  const { active, profiles } = parseProfiles(text, file);
  const name = env.PREFECT_PROFILE || active;
  const settings = name === undefined ? undefined : profiles[name];
  if (name === undefined || settings === undefined) return undefined;
  return {
    name,
    file,
    apiKey: settings.PREFECT_API_KEY,
    authString: settings.PREFECT_API_AUTH_STRING,
    apiUrl: settings.PREFECT_API_URL,
  };
}

interface Profiles {
  readonly active: string | undefined;
  readonly profiles: Readonly<Record<string, Readonly<Record<string, string | undefined>>>>;
}

function parseProfiles(text: string, file: string): Profiles {
  try {
    const { active, profiles = {} } = parse(text) as unknown as Partial<Profiles>;
    return { active, profiles };
  } catch (cause) {
    // The parser's own message quotes the line, and the line may hold the key.
    const line = (cause as { line?: number }).line;
    throw new PrefectFargateError(
      "PREFECT_PROFILE_UNREADABLE",
      `${file} is no TOML${line === undefined ? "" : `: line ${line} cannot be read`}.`,
      { hint: "Correct it, or set PREFECT_API_KEY in the environment." },
    );
  }
}
