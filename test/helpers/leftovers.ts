import { existsSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { cacheDirectory } from "#engine/cache-dir.ts";

/** What a rehearsal could leave: processes, listening ports, files. */
export interface Traces {
  readonly processes: readonly string[];
  readonly ports: readonly number[];
  readonly files: readonly string[];
}

/** Every rehearsal works below this folder, so its processes name it, stand in it or have it in their environment. */
const rehearsals = () => join(cacheDirectory(), "rehearsals");

/**
 * A picture of what is ours on this machine, to be compared with a later one: of all rehearsals, or of the one that works
 * in `dir`. Linux only.
 */
export async function traces(dir?: string): Promise<Traces> {
  return {
    // The Cloud door and the local Fargate's endpoints are servers of this very process.
    ...processesOf(dir ?? rehearsals(), [String(process.pid)]),
    files: dir ? [dir].filter(existsSync) : filesOfAll(),
  };
}

/** The processes that name `dir`, stand in it or have it in their environment, and the ports that these and `others` hold. */
export function processesOf(
  dir: string,
  others: readonly string[] = [],
): Pick<Traces, "processes" | "ports"> {
  const found = processesNaming(dir);
  return {
    processes: found.map(({ pid, command }) => `${pid} ${command.slice(0, 120)}`),
    ports: listeningPorts([...found.map(({ pid }) => pid), ...others]),
  };
}

/** What lies in a folder, as full paths; nothing when there is no such folder. */
export const filesIn = (folder: string): string[] =>
  existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : [];

function filesOfAll(): string[] {
  const temporary = filesIn(tmpdir()).filter((file) => basename(file).startsWith("prefect-fargate"));
  return [...filesIn(rehearsals()), ...temporary];
}

/** What is in `after` and was not in `before`. */
export function newTraces(before: Traces, after: Traces): Traces {
  const fresh = <T>(old: readonly T[], now: readonly T[]) => now.filter((item) => !old.includes(item));
  return {
    processes: fresh(before.processes, after.processes),
    ports: fresh(before.ports, after.ports),
    files: fresh(before.files, after.files),
  };
}

export const noTraces: Traces = { processes: [], ports: [], files: [] };

function processesNaming(path: string): { pid: string; command: string }[] {
  return pids()
    .filter((pid) => pid !== String(process.pid))
    .map((pid) => ({ pid, command: text(`/proc/${pid}/cmdline`).replaceAll("\0", " ").trim() }))
    .filter(({ pid, command }) => {
      const says = [command, link(`/proc/${pid}/cwd`), text(`/proc/${pid}/environ`)];
      return command !== "" && says.some((said) => said.includes(path));
    });
}

/** Ports on which one of these processes listens. https://docs.kernel.org/networking/proc_net_tcp.html */
function listeningPorts(owners: readonly string[]): number[] {
  const sockets = new Set(owners.flatMap(socketsOf));
  const rows = ["/proc/net/tcp", "/proc/net/tcp6"].flatMap((file) => text(file).split("\n").slice(1));
  return rows
    .map((row) => row.trim().split(/\s+/))
    .filter((fields) => fields[3] === "0A" && sockets.has(fields[9] ?? ""))
    .map((fields) => Number.parseInt(fields[1]?.split(":")[1] ?? "0", 16));
}

function socketsOf(pid: string): string[] {
  const folder = `/proc/${pid}/fd`;
  const names = attempt(() => readdirSync(folder).join("\n")).split("\n");
  return names.flatMap((fd) => link(join(folder, fd)).match(/^socket:\[(\d+)\]$/)?.[1] ?? []);
}

const pids = () => readdirSync("/proc").filter((name) => /^\d+$/.test(name));
const text = (file: string) => attempt(() => readFileSync(file, "utf8"));
const link = (file: string) => attempt(() => readlinkSync(file));

/** Processes end while they are looked at. */
function attempt(read: () => string): string {
  try {
    return read();
  } catch {
    return "";
  }
}
