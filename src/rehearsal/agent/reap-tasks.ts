import { endProcesses } from "./process-group.ts";
import { findProcess } from "./process-table.ts";
import { readTaskRecords, removeTask, type TaskRecord } from "./task-records.ts";

export interface ReapedTask {
  readonly taskArn: string;
  readonly killedProcesses: number;
}

/**
 * Ends what an agent left running below `dir` when it was killed (`kill -9`, a crash), and removes the tasks' files.
 * Only processes that the records identify are touched: by id and start time, or by the marker in their
 * environment. Tasks of an agent that still lives are left alone.
 */
export async function reapTasks(dir: string): Promise<ReapedTask[]> {
  const reaped: ReapedTask[] = [];
  for (const { name, record } of await readTaskRecords(dir)) {
    if (await agentLives(record)) continue;
    let killedProcesses = 0;
    for (const container of record.containers) {
      killedProcesses += await endProcesses(container.process, container.marker);
    }
    await removeTask(dir, name);
    reaped.push({ taskArn: record.taskArn, killedProcesses });
  }
  return reaped;
}

async function agentLives({ agent }: TaskRecord): Promise<boolean> {
  return (await findProcess(agent.pid))?.startTime === agent.startTime;
}
