import { createHash } from "node:crypto";
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import type { TerraformBinary } from "./find-terraform.ts";
import { LOCK_FILE, readLockFile } from "./lock-file.ts";
import { ENGINE_FOLDER, engineFolder } from "./run-folder.ts";
import { terraformPlatform } from "./terraform-release.ts";

const STAMP = "initialized";

/** Where the modules in use are listed; those of a folder of ours are read in place. */
const MODULES = join(".terraform", "modules");

/** Bump when what `init` is asked to do changes. */
const STAMP_VERSION = "1";

/**
 * Whether `init` has been run on exactly these files, and what it installed is still there. Running it again would
 * ask the registry and hash the provider's 700 MB, for nothing.
 */
export function isInitialized(dir: string, terraform: TerraformBinary): boolean {
  const stamp = join(engineFolder(dir), STAMP);
  if (!existsSync(stamp) || readFileSync(stamp, "utf8") !== fingerprint(dir, terraform)) return false;
  return hasLockedProviders(dir);
}

export function markInitialized(dir: string, terraform: TerraformBinary): void {
  writeFileSync(join(engineFolder(dir), STAMP), fingerprint(dir, terraform), { mode: 0o600 });
}

/**
 * Takes over what `init` did in another folder with the same files, instead of running it again: that saves hashing the
 * provider, half a second, or two with a cold disk.
 * The providers are linked to, so `from` has to outlive `dir`. Where it does not fit, `init` will run as usual.
 */
export function adoptInitialized(from: string, dir: string): void {
  if (!existsSync(join(from, ENGINE_FOLDER, STAMP))) return;
  for (const { source, version } of readLockFile(from)) {
    const place = providerPlace(source, version);
    mkdirSync(dirname(join(dir, place)), { recursive: true });
    symlinkSync(realpathSync(join(from, place)), join(dir, place), "junction");
  }
  engineFolder(dir);
  for (const name of [LOCK_FILE, MODULES, join(ENGINE_FOLDER, STAMP)]) {
    if (existsSync(join(from, name))) cpSync(join(from, name), join(dir, name), { recursive: true });
  }
}

/** Whether every provider of the lock file is installed for this platform. */
function hasLockedProviders(dir: string): boolean {
  return readLockFile(dir).every(({ source, version }) =>
    existsSync(join(dir, providerPlace(source, version))),
  );
}

const providerPlace = (source: string, version: string): string =>
  join(".terraform", "providers", ...source.split("/"), version, terraformPlatform());

function fingerprint(dir: string, terraform: TerraformBinary): string {
  const hash = createHash("sha256").update([STAMP_VERSION, terraform.product, terraform.version].join("\n"));
  for (const file of configurationFiles(dir))
    hash.update(`\n${file}\n`).update(readFileSync(join(dir, file)));
  return hash.digest("hex");
}

/** The Terraform files of a root and of the modules below it, and its lock file. */
export function configurationFiles(dir: string): string[] {
  const found: string[] = existsSync(join(dir, LOCK_FILE)) ? [LOCK_FILE] : [];
  const visit = (folder: string) => {
    for (const entry of readdirSync(join(dir, folder), { withFileTypes: true })) {
      const path = join(folder, entry.name);
      if (entry.isDirectory() && !entry.name.startsWith(".")) visit(path);
      else if (/\.(tf|tofu)(\.json)?$/.test(entry.name) && entry.isFile()) found.push(path);
    }
  };
  visit("");
  return found.sort();
}
