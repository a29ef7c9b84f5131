import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import type { ProcessIdentity } from "./driver.ts";

/** What outlives a killed agent: enough to find a task's processes again, and no others. */
export interface TaskRecord {
  readonly taskArn: string;
  /** Whose tasks these are: while that agent lives, they are not orphans. */
  readonly agent: ProcessIdentity;
  readonly containers: readonly ContainerRecord[];
}

interface ContainerRecord {
  readonly name: string;
  /** Text in the environment of the container's processes and of no others. Written before the first one starts. */
  readonly marker: string;
  readonly process?: ProcessIdentity;
}

const FOLDER = "tasks";

/** The folder of a task's containers: their homes and working files. */
export function taskFolder(dir: string, name: string): string {
  return path.join(dir, FOLDER, name);
}

/**
 * A task's TMPDIR, of its own and removed with it. Not in its folder: programs make Unix sockets there (Python's
 * multiprocessing does), whose whole path ends at 104 to 108 bytes.
 */
export function temporaryFolder(name: string): string {
  return path.join("/tmp", `fargate-${name}`);
}

/** Written beside and moved into place, so that a record is never half there. */
export async function writeTaskRecord(dir: string, name: string, record: TaskRecord): Promise<void> {
  const file = recordFile(dir, name);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(`${file}.new`, JSON.stringify(record), { mode: 0o600 });
  await rename(`${file}.new`, file);
}

export async function readTaskRecords(dir: string): Promise<{ name: string; record: TaskRecord }[]> {
  const files = await readdir(path.join(dir, FOLDER)).catch(() => []);
  const names = files.filter((file) => file.endsWith(".json")).map((file) => file.slice(0, -".json".length));
  return Promise.all(
    names.map(async (name) => ({ name, record: JSON.parse(await readFile(recordFile(dir, name), "utf8")) })),
  );
}

/** Removes a task's files, the record last: what cannot be removed is found again by the next run. */
export async function removeTask(dir: string, name: string): Promise<void> {
  for (const folder of [temporaryFolder(name), taskFolder(dir, name)]) {
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
  await rm(recordFile(dir, name), { force: true });
}

function recordFile(dir: string, name: string): string {
  return path.join(dir, FOLDER, `${name}.json`);
}
