import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import type { TerraformBinary } from "./find-terraform.ts";

/** The user's own CLI configuration: what applies to all their Terraform work. */
export interface CliConfig {
  /** The files Terraform would read, in its order. */
  readonly files: readonly string[];
  /** They say themselves where providers come from; then we add nothing. */
  readonly installsProviders: boolean;
}

type Product = TerraformBinary["product"];

/**
 * Finds the CLI configuration as Terraform and OpenTofu do: the file the environment names, which then stands alone;
 * else the one in the home folder together with `*.tfrc` in the data folder. A named file that does not exist counts
 * as none.
 *
 * @see https://developer.hashicorp.com/terraform/cli/config/config-file#locations
 * @see https://opentofu.org/docs/cli/config/config-file/#locations
 */
export function readCliConfig(product: Product, env: NodeJS.ProcessEnv = process.env): CliConfig {
  const named = env.TF_CLI_CONFIG_FILE || env.TERRAFORM_CONFIG;
  const files =
    named && existsSync(named) ? [named] : [...mainFile(product, env), ...dataFolderFiles(product, env)];
  return { files, installsProviders: files.some(hasProviderInstallation) };
}

/** Where CLI configuration and plugins of the user lie: `~/.terraform.d`, and OpenTofu's XDG folder. */
export function dataFolders(product: Product, env: NodeJS.ProcessEnv = process.env): string[] {
  if (process.platform === "win32") return [join(env.APPDATA ?? homedir(), "terraform.d")];
  const home = env.HOME || homedir();
  const folders = [join(home, ".terraform.d")];
  if (product === "tofu" && env.XDG_DATA_HOME) folders.push(join(env.XDG_DATA_HOME, "opentofu"));
  return folders;
}

/** Writes a configuration that installs providers by `installation` and keeps everything else of the user's. */
export function writeCliConfig(file: string, user: CliConfig, installation: string): void {
  const kept = user.files.map((path) => asHcl(readFileSync(path, "utf8")));
  // It may carry the user's registry tokens.
  writeFileSync(file, [...kept, installation].join("\n"), { mode: 0o600 });
}

function mainFile(product: Product, env: NodeJS.ProcessEnv): string[] {
  const isWindows = process.platform === "win32";
  const home = isWindows ? (env.APPDATA ?? homedir()) : env.HOME || homedir();
  const names = isWindows ? ["tofu.rc", "terraform.rc"] : [".tofurc", ".terraformrc"];
  const places = (product === "tofu" ? names : names.slice(1)).map((name) => join(home, name));
  if (product === "tofu" && !isWindows && env.XDG_CONFIG_HOME) {
    places.push(join(env.XDG_CONFIG_HOME, "opentofu", "tofurc"));
  }
  return places.filter(isFile).slice(0, 1);
}

function dataFolderFiles(product: Product, env: NodeJS.ProcessEnv): string[] {
  const [folder] = dataFolders(product, env).filter(existsSync);
  const fallback =
    product === "tofu" && env.XDG_CONFIG_HOME ? join(env.XDG_CONFIG_HOME, "opentofu") : undefined;
  const place = folder ?? fallback;
  if (place === undefined || !existsSync(place)) return [];
  const names = readdirSync(place).filter((name) => /\.tfrc(\.json)?$/.test(name));
  return names
    .sort()
    .map((name) => join(place, name))
    .filter(isFile);
}

function hasProviderInstallation(file: string): boolean {
  const text = readFileSync(file, "utf8");
  const json = parseJson(text);
  if (json !== undefined) return "provider_installation" in json;
  return /(^|[\s}])"?provider_installation"?\s*\{/.test(withoutComments(text));
}

/** Comments go, and what is quoted too: both may hold anything. */
const withoutComments = (text: string): string =>
  text.replace(/("(?:[^"\\]|\\.)*")|#[^\n]*|\/\/[^\n]*|\/\*[\s\S]*?\*\//g, (_all, quoted) =>
    quoted === '"provider_installation"' ? quoted : " ",
  );

/** `terraform login` writes JSON, which cannot stand beside HCL in one file. */
function asHcl(text: string): string {
  const json = parseJson(text);
  if (json === undefined) return text;
  return Object.entries(json)
    .map(([name, value]) =>
      isLabelled(name) ? labelledBlocks(name, value) : `${name} = ${JSON.stringify(value)}`,
    )
    .join("\n");
}

const isLabelled = (name: string): boolean => ["credentials", "credentials_helper", "host"].includes(name);

const labelledBlocks = (name: string, value: unknown): string =>
  Object.entries(value ?? {})
    .map(([label, body]) => `${name} ${JSON.stringify(label)} {\n${attributes(body)}\n}`)
    .join("\n");

const attributes = (body: unknown): string =>
  Object.entries(body ?? {})
    .map(([name, value]) => `  ${name} = ${hclValue(value)}`)
    .join("\n");

function hclValue(value: unknown): string {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return JSON.stringify(value);
  const members = Object.entries(value).map(([name, item]) => `${JSON.stringify(name)} = ${hclValue(item)}`);
  return `{ ${members.join(", ")} }`;
}

function parseJson(text: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}
