import { readdir, stat } from "node:fs/promises";
import { basename, dirname, extname, join, relative, resolve } from "node:path";
import { PrefectFargateError } from "#errors";
import { chooseEnvironment, environmentNames, resolveEnvironments } from "./environments.ts";
import { importConfig } from "./import-config.ts";
import { nearest } from "./nearest.ts";
import { type ConfigOverrides, overrideConfig } from "./override-config.ts";
import { locateOverrides } from "./override-files.ts";
import { readJsonConfig } from "./read-json-config.ts";
import type { Config } from "./schema.ts";
import { unreadableConfig } from "./unreadable-config.ts";
import { either } from "./words.ts";

const BASE_NAME = "prefect-fargate.config";
const EXTENSIONS = [".ts", ".mts", ".js", ".mjs", ".json"] as const;
/** Formats in which people may expect a config to work, and would get the defaults instead without a word. */
const OTHER_FORMATS =
  /^prefect[-_]?fargate(\.config)?\.(ts|mts|cts|js|mjs|cjs|json|jsonc|json5|ya?ml|toml|py)$/i;

/** Where a config is looked for. */
export interface LoadConfigOptions {
  /** The folder in which a config is looked for; not above it, so that what applies is what one sees. */
  readonly cwd: string;
  /** A config by its path, relative to `cwd`. @default - the first of prefect-fargate.config.{ts,mts,js,mjs,json} */
  readonly file?: string;
  /** Gives the region when the config names none. @default process.env */
  readonly env?: Readonly<NodeJS.ProcessEnv>;
  /** Which of the config's environments: what `--env` says. @default - none, for a config of one system */
  readonly environment?: string | undefined;
  /** Wins over what the config says, before defaults are filled in. @default - nothing */
  readonly overrides?: ConfigOverrides;
}

/** A config that was found, read and checked. */
export interface LoadedConfig {
  /** With every default filled in. */
  readonly config: Config;
  /** Absolute path; nothing when there is no file and every default holds. */
  readonly file: string | undefined;
}

/**
 * Finds, reads and checks the config. Without a file all defaults hold.
 *
 * @throws CONFIG_INVALID with every problem at once; CONFIG_NOT_FOUND, CONFIG_AMBIGUOUS, CONFIG_MISNAMED, CONFIG_UNREADABLE where there is
 * no one file to read; CONFIG_SYNTAX, CONFIG_FAILED, CONFIG_NO_DEFAULT where it gives no config
 */
export async function loadConfig({ environment, ...options }: LoadConfigOptions): Promise<LoadedConfig> {
  const { input, where, file, env } = await readConfig(options);
  const config = chooseEnvironment(input, environment, where, env);
  return { config: locateOverrides(config, file === undefined ? options.cwd : dirname(file)), file };
}

export interface LoadedEnvironments {
  /** By name, in the order of the config; none when it describes one system. */
  readonly environments: Readonly<Record<string, Config>>;
  readonly file: string | undefined;
}

/** Every environment that the config describes. */
export async function loadEnvironments(
  options: Omit<LoadConfigOptions, "environment">,
): Promise<LoadedEnvironments> {
  const { input, where, file, env } = await readConfig(options);
  return {
    environments: environmentNames(input).length > 0 ? resolveEnvironments(input, where, env) : {},
    file,
  };
}

async function readConfig({
  cwd,
  file,
  env = process.env,
  overrides = {},
}: Omit<LoadConfigOptions, "environment">) {
  const path = file === undefined ? await findConfig(cwd) : await namedConfig(cwd, file);
  if (path === undefined)
    return { input: overrideConfig({}, overrides), where: `${BASE_NAME}.ts`, file: undefined, env };
  const where = relative(cwd, path) || basename(path);
  const input = extname(path) === ".json" ? await readJsonConfig(path, where) : await importConfig(path, cwd);
  return { input: overrideConfig(input, overrides), where, file: path, env };
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
    const hint = meant
      ? `Did you mean --config ${join(dirname(file), meant)}?`
      : "Name a file that exists, or begin with: prefect-fargate init";
    throw status.code === "ENOENT" || status.code === "ENOTDIR"
      ? new PrefectFargateError("CONFIG_NOT_FOUND", `There is no file ${file}.`, { hint, cause: status })
      : unreadableConfig(file, status);
  }
  if (status.isDirectory())
    throw new PrefectFargateError("CONFIG_UNREADABLE", `${file} is a folder, not a config.`, {
      hint: `Name the file in it: --config ${join(file, `${BASE_NAME}.ts`)}`,
    });
  if (!(EXTENSIONS as readonly string[]).includes(extname(path)))
    throw new PrefectFargateError(
      "CONFIG_MISNAMED",
      `${file} is not a config: its name ends with neither of ${either(EXTENSIONS)}.`,
      { hint: `Write it as ${BASE_NAME}.ts or ${BASE_NAME}.json, or name such a file: --config FILE` },
    );
  return path;
}

const namesIn = async (folder: string): Promise<string[]> => (await readdir(folder)).sort();
