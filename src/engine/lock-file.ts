import { existsSync, readFileSync } from "node:fs";
import { copyFile } from "node:fs/promises";
import { join } from "node:path";

export const LOCK_FILE = ".terraform.lock.hcl";

/** One provider as the lock file pins it. */
export interface LockedProvider {
  /** `registry.terraform.io/hashicorp/aws` */
  readonly source: string;
  readonly version: string;
  /** `h1:` is the hash of one platform's package; `zh:` are those of all platforms' zips, which only a registry gives. */
  readonly hashes: readonly string[];
}

/** What the lock file in `dir` pins; nothing where there is none. It has no other form than the one Terraform writes. */
export function readLockFile(dir: string): LockedProvider[] {
  const file = join(dir, LOCK_FILE);
  if (!existsSync(file)) return [];
  const blocks = readFileSync(file, "utf8").matchAll(/^provider "([^"]+)" \{\n([\s\S]*?)^\}/gm);
  return [...blocks].map(([, source, body]) => ({
    source: source!,
    version: /^\s*version\s*=\s*"([^"]+)"/m.exec(body!)?.[1] ?? "",
    hashes: [...body!.matchAll(/"((?:h1|zh):[^"]+)"/g)].map(([, hash]) => hash!),
  }));
}

/** The providers that can only be installed on the platform the lock file was made on, as they came from a mirror. */
export function singlePlatformProviders(dir: string): LockedProvider[] {
  return readLockFile(dir).filter(({ hashes }) => hashes.length === 1 && hashes[0]!.startsWith("h1:"));
}

/**
 * Brings the lock file that a project has committed into the folder Terraform runs in, so that everyone who deploys
 * the project uses the same provider. A project without one changes nothing.
 */
export async function restoreLockFile(projectDir: string, dir: string): Promise<void> {
  const committed = join(projectDir, LOCK_FILE);
  if (existsSync(committed)) await copyFile(committed, join(dir, LOCK_FILE));
}

/**
 * Brings the lock file back into the project after `init`.
 *
 * @returns whether the project's file is new or different now
 */
export async function keepLockFile(dir: string, projectDir: string): Promise<boolean> {
  const written = join(dir, LOCK_FILE);
  const committed = join(projectDir, LOCK_FILE);
  if (!existsSync(written)) return false;
  if (existsSync(committed) && readFileSync(committed).equals(readFileSync(written))) return false;
  await copyFile(written, committed);
  return true;
}
