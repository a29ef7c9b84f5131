import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { stopEarlierRuns } from "#engine/run-folder.ts";
import { findProcess, type ProcessRow, processTable } from "./agent/process-table.ts";
import { reapTasks } from "./agent/reap-tasks.ts";

/** Who owns the folder: the process that rehearses. */
const OWNER = "owner.json";
/** One file for each server that the rehearsal started. */
const SERVERS = "servers";
/** Terraform outlives a tool that is killed, as on AWS it must; here nobody wants what it makes any more. */
const TERRAFORM_GRACE_MS = 1_000;
const RUN = "run-";
/** A folder that has no owner yet and will have one in a moment, or that its owner is just removing. */
const DRAFT = "new-";
/** Whoever has not come to an end with it by then was killed. */
const ABANDONED_AFTER_MS = 60_000;
/** Longest wait for a killed process to be gone. */
const GONE_AFTER_MS = 5_000;

/** Everything that one rehearsal writes lies in here, and what it starts is noted in here, so that both can be removed. */
export interface RehearsalFolder {
  readonly dir: string;
  /** A folder inside, made when asked for. */
  folder(name: string): Promise<string>;
  /** Notes a server that was started, so that a later run can end it if this one is killed. */
  noteServer(name: string, pid: number): Promise<void>;
  remove(): Promise<void>;
}

/** A fresh folder below `cacheDir` for this process. Folders of rehearsals that were killed are swept by `sweepRehearsals`. */
export async function openRehearsalFolder(cacheDir: string): Promise<RehearsalFolder> {
  const parent = rehearsalsIn(cacheDir);
  await mkdir(parent, { recursive: true });
  const draft = await mkdtemp(join(parent, DRAFT));
  const dir = join(parent, basename(draft).replace(DRAFT, RUN));
  try {
    await noteProcess(join(draft, OWNER), process.pid);
    // A folder that others can see has its owner in it: on a busy machine there may be seconds between the two.
    await rename(draft, dir);
  } catch (error) {
    await removeFolder(draft);
    throw error;
  }
  return {
    dir,
    folder: async (name) => {
      const path = join(dir, name);
      await mkdir(path, { recursive: true });
      return path;
    },
    noteServer: async (name, pid) => {
      await mkdir(join(dir, SERVERS), { recursive: true });
      await noteProcess(join(dir, SERVERS, `${name}.json`), pid);
    },
    remove: async () => {
      // Without its owner's note, half removed, it would look like a killed rehearsal's.
      await rename(dir, draft).catch(() => {});
      await Promise.all([draft, dir].map(removeFolder));
    },
  };
}

/**
 * Ends what rehearsals left whose own process is gone (`kill -9`, a power cut), and removes their folders.
 * A process is only ended when its id and start time are those that were noted. Returns how many folders were swept.
 */
export async function sweepRehearsals(cacheDir: string): Promise<number> {
  const parent = rehearsalsIn(cacheDir);
  const names = await readdir(parent).catch(() => []);
  for (const name of names) if (name.startsWith(DRAFT)) await removeIfAbandoned(join(parent, name));
  let swept = 0;
  for (const name of names.filter((name) => name.startsWith(RUN))) {
    const dir = join(parent, name);
    if (await isOwned(dir)) continue;
    // Its own rehearsal was just removing it.
    if (!existsSync(dir)) continue;
    await reapTasks(join(dir, "agent"));
    await stopEarlierRuns(join(dir, "terraform"), TERRAFORM_GRACE_MS);
    for (const server of await notedServers(dir)) await endGroup(server);
    await removeFolder(dir);
    swept++;
  }
  return swept;
}

async function removeIfAbandoned(draft: string): Promise<void> {
  const { mtimeMs } = await stat(draft).catch(() => ({ mtimeMs: Date.now() }));
  if (Date.now() - mtimeMs > ABANDONED_AFTER_MS) await removeFolder(draft);
}

const removeFolder = (dir: string): Promise<void> =>
  rm(dir, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });

const rehearsalsIn = (cacheDir: string) => join(cacheDir, "rehearsals");

async function noteProcess(file: string, pid: number): Promise<void> {
  const row = await findProcess(pid);
  if (row) await writeFile(file, JSON.stringify(row));
}

async function isOwned(dir: string): Promise<boolean> {
  const owner = await readNote(join(dir, OWNER));
  return owner !== undefined && (await isSame(owner));
}

async function notedServers(dir: string): Promise<ProcessRow[]> {
  const files = await readdir(join(dir, SERVERS)).catch(() => []);
  const rows = await Promise.all(files.map((file) => readNote(join(dir, SERVERS, file))));
  return rows.filter((row) => row !== undefined);
}

/** Ends a server and, as servers have children, its whole process group. The leader may be gone before its children. */
async function endGroup(leader: ProcessRow): Promise<void> {
  if (leader.processGroup !== leader.pid) {
    if (await isSame(leader)) process.kill(leader.pid, "SIGKILL");
    return;
  }
  const members = (await processTable()).filter((row) => row.processGroup === leader.processGroup);
  const current = members.find((row) => row.pid === leader.pid);
  if (members.length === 0 || (current && current.startTime !== leader.startTime)) return;
  process.kill(-leader.processGroup, "SIGKILL");
  for (let waited = 0; waited < GONE_AFTER_MS && (await isSame(leader)); waited += 50) await sleep(50);
}

const isSame = async (noted: ProcessRow): Promise<boolean> =>
  (await findProcess(noted.pid))?.startTime === noted.startTime;

async function readNote(file: string): Promise<ProcessRow | undefined> {
  try {
    return JSON.parse(await readFile(file, "utf8"));
  } catch {
    return undefined;
  }
}
