import { execFile } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { Cancelled } from "#errors";
import type { Reporter } from "#reporter";
import { fileProblem } from "./file-problem.ts";

/**
 * Where a workspace keeps what is only needed while it works: the event stream, the plan, a CLI configuration.
 * It lies in Terraform's own data folder, which no one commits, and is readable by its owner only.
 */
export const ENGINE_FOLDER = join(".terraform", "prefect-fargate");

/** A Terraform process and the process of ours that started it. */
interface RunRecord {
  readonly pid: number;
  readonly owner: number;
  readonly command: string;
}

const RECORD = "run.json";
const POLL_INTERVAL_MS = 200;

let serial = 0;

/** The folder of everything of ours in a workspace, made on first use. */
export function engineFolder(dir: string): string {
  const folder = join(dir, ENGINE_FOLDER);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw fileProblem(error, dir);
  }
  return folder;
}

/** A fresh folder for one run; the caller removes it when done. */
export function createRunFolder(dir: string): string {
  const folder = join(engineFolder(dir), `run-${process.pid}-${Date.now().toString(36)}-${serial++}`);
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    throw fileProblem(error, dir);
  }
  return folder;
}

export const removeFolder = (folder: string): void => rmSync(folder, { recursive: true, force: true });

/**
 * Notes which process works in a run folder, for the case that we do not live to see its end. It is at work already,
 * so a note that cannot be written is done without.
 */
export function recordRun(folder: string, pid: number, command: string): void {
  const record: RunRecord = { pid, owner: process.pid, command };
  try {
    writeFileSync(join(folder, RECORD), JSON.stringify(record), { mode: 0o600 });
  } catch {
    // The disk is full; Terraform will say so.
  }
}

/** The Terraform processes that go on in this workspace although the tool that started them is gone. */
export async function orphanedRuns(dir: string): Promise<number[]> {
  const orphans: number[] = [];
  for (const folder of runFolders(dir)) {
    const record = readRecord(folder);
    if (isAlive(record?.owner ?? ownerOf(folder))) continue;
    if (record !== undefined && (await isTerraform(record))) orphans.push(record.pid);
    else removeFolder(folder);
  }
  return orphans;
}

/**
 * Waits for Terraform processes of an earlier run whose tool was killed. They are let finish, not stopped: they
 * create things on AWS that only they can write into the state. What such runs left behind is removed.
 */
export async function settleEarlierRuns(
  dir: string,
  reporter: Reporter,
  signal?: AbortSignal,
): Promise<void> {
  const [pid] = await orphanedRuns(dir);
  if (pid === undefined) return;
  await reporter.stage(`An earlier Terraform (process ${pid}) is still at work here`, async (stage) => {
    const since = Date.now();
    while ((await orphanedRuns(dir)).length > 0) {
      if (signal?.aborted) throw new Cancelled("Stopped waiting; the earlier Terraform goes on.");
      stage.update(`waiting for it to write its state (${Math.floor((Date.now() - since) / 1000)} s)`);
      await sleep(POLL_INTERVAL_MS);
    }
  });
}

/**
 * Ends Terraform processes of an earlier run whose tool was killed, where no one wants what they make: the AWS they
 * work on was emulated, and is gone. They get a moment to end in good order.
 */
export async function stopEarlierRuns(dir: string, graceMs = 5000): Promise<void> {
  const deadline = Date.now() + graceMs;
  for (const pid of await orphanedRuns(dir)) signal(pid, "SIGINT");
  for (let orphans = await orphanedRuns(dir); orphans.length > 0; orphans = await orphanedRuns(dir)) {
    // Each leads a group of its own, with its providers in it.
    if (Date.now() > deadline) for (const pid of orphans) signal(-pid, "SIGKILL");
    await sleep(POLL_INTERVAL_MS);
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has just ended.
  }
}

function runFolders(dir: string): string[] {
  try {
    const names = readdirSync(join(dir, ENGINE_FOLDER)).filter((name) => name.startsWith("run-"));
    return names.map((name) => join(dir, ENGINE_FOLDER, name));
  } catch {
    return [];
  }
}

function readRecord(folder: string): RunRecord | undefined {
  try {
    return JSON.parse(readFileSync(join(folder, RECORD), "utf8"));
  } catch {
    return undefined;
  }
}

const ownerOf = (folder: string): number => Number(/run-(\d+)-/.exec(folder)?.[1] ?? 0);

function isAlive(pid: number): boolean {
  if (pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Not ours to signal, but there.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** Process numbers are used again: only one that still runs the recorded command is meant. */
async function isTerraform({ pid, command }: RunRecord): Promise<boolean> {
  return isAlive(pid) && (await commandOf(pid)).includes(command);
}

async function commandOf(pid: number): Promise<string> {
  try {
    if (process.platform === "linux")
      return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
    if (process.platform === "win32") return "";
    return (await promisify(execFile)("ps", ["-o", "args=", "-p", String(pid)])).stdout;
  } catch {
    return "";
  }
}
