import { readdir, stat } from "node:fs/promises";
import { basename, dirname, extname, join, relative, resolve } from "node:path";
import { PrefectFargateError } from "#errors";
import { importConfig } from "./import-config.ts";
import { nearest } from "./nearest.ts";
import { type ConfigOverrides, overrideConfig } from "./override-config.ts";
import { readJsonConfig } from "./read-json-config.ts";
import { resolveConfig } from "./resolve-config.ts";
import type { Config } from "./schema.ts";
import { either } from "./words.ts";

const BASE_NAME = "prefect-fargate.config";
const EXTENSIONS = [".ts", ".mts", ".js", ".mjs", ".json"] as const;
/** Formats in which people may expect a config to work, and would get the defaults instead without a word. */
const OTHER_FORMATS =
  /^prefect[-_]?fargate(\.config)?\.(ts|mts|cts|js|mjs|cjs|json|jsonc|json5|ya?ml|toml|py)$/i;

export interface LoadConfigOptions {
  /** The folder in which a config is looked for; not above it, so that what applies is what one sees. */
  readonly cwd: string;
  /** A config by its path, relative to `cwd`. */
  readonly file?: string;
  /** Gives the region when the config names none. */
  readonly env?: Readonly<NodeJS.ProcessEnv>;
  /** Wins over what the config says, before defaults are filled in. */
  readonly overrides?: ConfigOverrides;
}

export interface LoadedConfig {
  readonly config: Config;
  /** Absolute path; nothing when there is no file and every default holds. */
  readonly file: string | undefined;
}

/** Finds, reads and checks the config. Without a file all defaults hold. */
export async function loadConfig({
  cwd,
  file,
  env = process.env,
  overrides = {},
}: LoadConfigOptions): Promise<LoadedConfig> {
  const path = file === undefined ? await findConfig(cwd) : await namedConfig(cwd, file);
  if (path === undefined)
    return { config: resolveConfig(overrideConfig({}, overrides), `${BASE_NAME}.ts`, env), file: undefined };
  const where = relative(cwd, path) || basename(path);
  const input = extname(path) === ".json" ? await readJsonConfig(path, where) : await importConfig(path, cwd);
  return { config: resolveConfig(overrideConfig(input, overrides), where, env), file: path };
}

async function findConfig(cwd: string): Promise<string | undefined> {
  const entries = await namesIn(cwd);
  const found = EXTENSIONS.map((extension) => BASE_NAME + extension).filter((name) => entries.includes(name));
  if (found.length > 1)
    throw new PrefectFargateError(
      "CONFIG_AMBIGUOUS",
      `There is more than one config here: ${found.join(", ")}.`,
      {
        hint: `Remove all but one, or name one: --config ${found[0]}`,
      },
    );
  if (found[0] !== undefined) return join(cwd, found[0]);
  const other = entries.find((name) => OTHER_FORMATS.test(name));
  if (other !== undefined)
    throw new PrefectFargateError(
      "CONFIG_MISNAMED",
      `${other} is not a name under which a config is found.`,
      {
        details: [`It can be ${either(EXTENSIONS.map((extension) => BASE_NAME + extension))}.`],
        hint: `Rename ${other}, for example to ${BASE_NAME}.ts`,
      },
    );
  return undefined;
}

async function namedConfig(cwd: string, file: string): Promise<string> {
  const path = resolve(cwd, file);
  const status = await stat(path).catch((cause: NodeJS.ErrnoException) => cause);
  if (status instanceof Error) {
    const meant = nearest(basename(path), await namesIn(dirname(path)).catch(() => []));
    const hint = meant && `Did you mean --config ${join(dirname(file), meant)}?`;
    throw status.code === "ENOENT" || status.code === "ENOTDIR"
      ? new PrefectFargateError("CONFIG_NOT_FOUND", `There is no file ${file}.`, { hint, cause: status })
      : new PrefectFargateError("CONFIG_UNREADABLE", `${file} cannot be read: ${status.code}.`, {
          cause: status,
        });
  }
  if (status.isDirectory())
    throw new PrefectFargateError("CONFIG_UNREADABLE", `${file} is a folder, not a config.`, {
      hint: `Name the file in it: --config ${join(file, `${BASE_NAME}.ts`)}`,
    });
  if (!(EXTENSIONS as readonly string[]).includes(extname(path)))
    throw new PrefectFargateError(
      "CONFIG_MISNAMED",
      `${file} is not a config: its name ends with neither of ${either(EXTENSIONS)}.`,
    );
  return path;
}

const namesIn = async (folder: string): Promise<string[]> => (await readdir(folder)).sort();
