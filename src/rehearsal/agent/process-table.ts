import { execFile } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { promisify } from "node:util";

export interface ProcessRow {
  readonly pid: number;
  readonly parent: number;
  readonly processGroup: number;
  /** Text that no later process with the same id has: ticks since a certain boot, or the date of the start. */
  readonly startTime: string;
}

/** Positions in /proc/PID/stat behind the command's closing parenthesis. https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html */
const STAT = { state: 0, parent: 1, processGroup: 2, startTime: 19 } as const;

const onLinux = process.platform === "linux";
const bootId = onLinux ? readText("/proc/sys/kernel/random/boot_id")?.trim() : undefined;

/** Every process of this machine that can be seen and still runs. */
export async function processTable(): Promise<ProcessRow[]> {
  return onLinux ? linuxTable() : parsePs(await ps(["-axo", "pid=,ppid=,pgid=,lstart="]));
}

/** One process; undefined when it is gone. */
export async function findProcess(pid: number): Promise<ProcessRow | undefined> {
  if (onLinux) return linuxRow(pid);
  return parsePs(await ps(["-o", "pid=,ppid=,pgid=,lstart=", "-p", String(pid)]))[0];
}

/**
 * Those of `pids` in whose environment `marker` occurs. A process hands its environment to its children, so that it
 * also finds those that left the process group.
 */
export async function markedProcesses(pids: readonly number[], marker: string): Promise<number[]> {
  if (onLinux) return pids.filter((pid) => readText(`/proc/${pid}/environ`)?.includes(marker));
  if (pids.length === 0) return [];
  const lines = (await ps(["-Eww", "-o", "pid=,command=", "-p", pids.join(",")])).split("\n");
  return lines.filter((line) => line.includes(marker)).map((line) => Number.parseInt(line, 10));
}

/**
 * What a container's memory limit on Linux would count, in bytes: anonymous and shared memory, pages shared
 * among processes divided by their number. Pages of files are left out, as the kernel gives them back before it
 * kills. Undefined where there is no /proc.
 */
export function memoryOf(pids: readonly number[]): number | undefined {
  if (!onLinux) return undefined;
  return pids.reduce((sum, pid) => sum + proportionalBytes(readText(`/proc/${pid}/smaps_rollup`) ?? ""), 0);
}

/** https://docs.kernel.org/filesystems/proc.html: kB; the parts of Pss exist since Linux 5.9. */
export function proportionalBytes(smapsRollup: string): number {
  const kilobytes = (field: string) =>
    Number(smapsRollup.match(new RegExp(`^${field}:\\s+(\\d+) kB`, "m"))?.[1]);
  const unreclaimable = kilobytes("Pss_Anon") + kilobytes("Pss_Shmem") + kilobytes("SwapPss");
  return (Number.isNaN(unreclaimable) ? kilobytes("Pss") || 0 : unreclaimable) * 1024;
}

/** The lines of `ps -o pid=,ppid=,pgid=,lstart=`. */
export function parsePs(output: string): ProcessRow[] {
  return [...output.matchAll(/^\s*(\d+)\s+(\d+)\s+(\d+)\s+(\S.*?)\s*$/gm)].map(
    ([, pid, parent, group, startTime]) => ({
      pid: Number(pid),
      parent: Number(parent),
      processGroup: Number(group),
      startTime: startTime!,
    }),
  );
}

function linuxTable(): ProcessRow[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((name) => linuxRow(Number(name)))
    .filter((row) => row !== undefined);
}

function linuxRow(pid: number): ProcessRow | undefined {
  const stat = readText(`/proc/${pid}/stat`);
  if (!stat) return undefined;
  // The command may hold spaces and parentheses; the numbers start behind its last one.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  // A zombie runs no more; it only waits for its parent to read its exit code.
  if (fields[STAT.state] === "Z" || fields[STAT.state] === "X") return undefined;
  return {
    pid,
    parent: Number(fields[STAT.parent]),
    processGroup: Number(fields[STAT.processGroup]),
    startTime: `${bootId}/${fields[STAT.startTime]}`,
  };
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined; // The process is gone, or not ours to read.
  }
}

async function ps(args: readonly string[]): Promise<string> {
  // ps ends with 1 when no process fits.
  return promisify(execFile)("ps", args, { env: { LC_ALL: "C", PATH: "/usr/bin:/bin" } }).then(
    ({ stdout }) => stdout,
    (error: { stdout?: string }) => error.stdout ?? "",
  );
}
