import { existsSync } from "node:fs";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** Lies beside the state from the first apply to the end of a destroy. */
const BEGUN_FILE = "begun.json";

/**
 * Notes that a system is being deployed from this folder. A first apply that is killed leaves no state, and without this note
 * the folder could not be told from one that never saw the system.
 */
export async function noteBegun(dir: string, system: string): Promise<void> {
  if (hasBegun(dir)) return;
  await writeFile(
    join(dir, BEGUN_FILE),
    `${JSON.stringify({ system, at: new Date().toISOString() }, null, 2)}\n`,
  );
}

export const hasBegun = (dir: string): boolean => existsSync(join(dir, BEGUN_FILE));

/** Nothing is deployed from this folder any more. */
export const noteEnded = (dir: string): Promise<void> => rm(join(dir, BEGUN_FILE), { force: true });
