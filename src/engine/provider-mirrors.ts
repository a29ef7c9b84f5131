import { existsSync, readdirSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { rcompare, satisfies, valid } from "semver";
import { dataFolders } from "./cli-config.ts";
import type { TerraformBinary } from "./find-terraform.ts";
import { terraformPlatform } from "./terraform-release.ts";

/** The provider everything here is made with, and the versions the modules accept. */
export const AWS_PROVIDER = "hashicorp/aws";
export const AWS_PROVIDER_VERSIONS = ">=5.100.0 <7.0.0";

/** Which registry a bare `hashicorp/aws` means to each product. */
export const REGISTRY_HOSTS = { terraform: "registry.terraform.io", tofu: "registry.opentofu.org" } as const;

/** A folder that holds the provider for this machine: `PATH/HOST/hashicorp/aws`. */
export interface ProviderMirror {
  readonly path: string;
  readonly host: string;
  /** Versions that fit, newest first. */
  readonly versions: readonly string[];
}

type Product = TerraformBinary["product"];

/**
 * The folders that Terraform searches by itself, before any registry, in its order.
 *
 * @see https://developer.hashicorp.com/terraform/cli/config/config-file#implied-local-mirror-directories
 */
export function impliedMirrorFolders(
  product: Product,
  dir: string,
  env: NodeJS.ProcessEnv = process.env,
): string[] {
  return [
    join(dir, "terraform.d", "plugins"),
    ...dataFolders(product, env).map((folder) => join(folder, "plugins")),
    ...systemDataFolders(env).map((folder) => join(folder, "plugins")),
  ];
}

/** Where a machine's add-on software usually lies: what an administrator or an image put there for all users. */
export function addOnRoots(env: NodeJS.ProcessEnv = process.env): string[] {
  if (process.platform === "win32")
    return [env.ProgramData, env.ProgramFiles].filter((path) => path !== undefined);
  const roots = ["/opt", "/usr/local/lib", "/usr/local/share", "/usr/lib", "/usr/share", "/srv", "/var/lib"];
  return process.platform === "darwin"
    ? [...roots, "/opt/homebrew/share", "/Library/Application Support"]
    : roots;
}

/** Each root itself, then the folders directly in it, by name. */
export function addOnFolders(roots: readonly string[]): string[] {
  return roots.flatMap((root) => [root, ...foldersIn(root).map((name) => join(root, name))]);
}

/** Reads one folder as a mirror; undefined where it has no version for us on this platform. */
export function readMirror(path: string, hosts: readonly string[]): ProviderMirror | undefined {
  for (const host of hosts) {
    const versions = fittingVersions(join(path, host, ...AWS_PROVIDER.split("/")));
    if (versions.length > 0) return { path, host, versions };
  }
  return undefined;
}

/** Whether the folder has the provider at all, in whatever version or for whatever platform. */
export const holdsProvider = (path: string, host: string): boolean =>
  existsSync(join(path, host, ...AWS_PROVIDER.split("/")));

/**
 * Both layouts that Terraform reads: unpacked `VERSION/PLATFORM/`, packed
 * `terraform-provider-aws_VERSION_PLATFORM.zip`.
 */
function fittingVersions(folder: string): string[] {
  const platform = terraformPlatform();
  const versions = namesIn(folder).flatMap((name) => {
    const packed = /^terraform-provider-aws_(.+?)_([a-z0-9]+_[a-z0-9]+)\.zip$/.exec(name);
    if (packed !== null) return packed[2] === platform ? [packed[1]!] : [];
    return existsSync(join(folder, name, platform)) ? [name] : [];
  });
  return [...new Set(versions)]
    .filter((version) => valid(version) !== null && satisfies(version, AWS_PROVIDER_VERSIONS))
    .sort(rcompare);
}

/** `userdirs` conventions: XDG on Unix, Application Support on macOS, AppData on Windows. */
function systemDataFolders(env: NodeJS.ProcessEnv): string[] {
  const home = env.HOME || homedir();
  if (process.platform === "win32") {
    const bases = [env.LOCALAPPDATA, env.APPDATA, env.ProgramData].filter((path) => path !== undefined);
    return bases.map((base) => join(base, "HashiCorp", "Terraform"));
  }
  if (process.platform === "darwin") {
    return [home, "/"].map((base) => join(base, "Library", "Application Support", "io.terraform"));
  }
  const own = env.XDG_DATA_HOME || join(home, ".local", "share");
  const shared = (env.XDG_DATA_DIRS || "/usr/local/share:/usr/share")
    .split(delimiter)
    .filter((path) => path !== "");
  return [own, ...shared].map((base) => join(base, "terraform"));
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function foldersIn(folder: string): string[] {
  try {
    const entries = readdirSync(folder, { withFileTypes: true });
    return entries
      .filter((entry) => entry.isDirectory() || entry.isSymbolicLink())
      .map(({ name }) => name)
      .sort();
  } catch {
    return [];
  }
}
