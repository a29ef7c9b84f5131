import { setTimeout as sleep } from "node:timers/promises";
import type { ProcessIdentity } from "./driver.ts";
import { markedProcesses, processTable } from "./process-table.ts";

/** SIGKILL is not obeyed at once by a process that waits for a disk. */
const END_PATIENCE_MS = 5000;
const END_POLL_MS = 10;

/** Sends a signal to every process of a group. A group that is gone is no error. */
export function signalGroup(leader: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-leader, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

/**
 * The processes of a container: its first one, those of its process group, and those that left the group but carry
 * its marker in their environment. A group counts only while somebody in it is known to be the container's: the
 * system may give the number to others once all are gone.
 */
async function findProcesses(leader: ProcessIdentity | undefined, marker: string): Promise<number[]> {
  const table = (await processTable()).filter(({ pid }) => pid !== process.pid);
  const marked = new Set(
    marker
      ? await markedProcesses(
          table.map(({ pid }) => pid),
          marker,
        )
      : [],
  );
  const known = table.filter(({ pid, startTime }) => marked.has(pid) || isLeader(pid, startTime, leader));
  const groupIsOurs = known.some(({ processGroup }) => processGroup === leader?.pid);
  return table
    .filter((row) => known.includes(row) || (groupIsOurs && row.processGroup === leader?.pid))
    .map(({ pid }) => pid);
}

/**
 * The processes that use a living container's memory: its group and all descendants. Found in one pass, as it is
 * done every second; only a daemon whose parents are gone is overlooked.
 */
export async function livingProcesses(leader: ProcessIdentity): Promise<number[]> {
  const table = await processTable();
  const found = new Set(
    table.filter(({ processGroup }) => processGroup === leader.pid).map(({ pid }) => pid),
  );
  for (let before = -1; before !== found.size; ) {
    before = found.size;
    for (const { pid, parent } of table) if (found.has(parent)) found.add(pid);
  }
  return [...found];
}

/**
 * Kills what is left of a container until nothing is: a process may start another one while we look.
 * @returns how many processes were killed
 */
export async function endProcesses(leader: ProcessIdentity | undefined, marker: string): Promise<number> {
  const killed = new Set<number>();
  for (const deadline = Date.now() + END_PATIENCE_MS; Date.now() < deadline; ) {
    const pids = await findProcesses(leader, marker);
    if (pids.length === 0) break;
    for (const pid of pids) {
      killed.add(pid);
      endProcess(pid);
    }
    await sleep(END_POLL_MS);
  }
  return killed.size;
}

function isLeader(pid: number, startTime: string, leader: ProcessIdentity | undefined): boolean {
  return leader !== undefined && pid === leader.pid && startTime === leader.startTime;
}

/** One that is gone needs no killing; one that belongs to another user cannot be killed. */
function endProcess(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    if (!["ESRCH", "EPERM"].includes((error as NodeJS.ErrnoException).code ?? "")) throw error;
  }
}
