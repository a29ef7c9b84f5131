import { setTimeout as sleep } from "node:timers/promises";
import type { Reporter } from "#reporter";
import { connectControlPlane } from "./control-plane.ts";
import { CredentialsEndpoint } from "./credentials-endpoint.ts";
import type { Driver } from "./driver.ts";
import { startEndpointServer } from "./endpoint-server.ts";
import type { FargateTask } from "./fargate-task.ts";
import type { ImageSource } from "./images.ts";
import { MetadataEndpoint } from "./metadata-endpoint.ts";
import { processDriver } from "./process-driver.ts";
import { findProcess } from "./process-table.ts";
import { ProtectionEndpoint } from "./protection-endpoint.ts";
import { HOST_LOST, HOST_STOPPED } from "./stop-reasons.ts";
import { type TaskHost, TaskRun } from "./task-run.ts";

/** Between two tries to reach an emulator that does not answer. */
const RETRY_PAUSE_MS = 500;
/** After an answer without news: before its first task, an emulator answers at once every time. */
const NO_NEWS_PAUSE_MS = 100;

export interface AgentOptions {
  readonly emulator: { readonly url: string };
  /** Ignored when `driver` is given. */
  readonly images: ImageSource;
  /** @default - processes of this machine, with `images` */
  readonly driver?: Driver;
  /** Folders and records of the tasks; `reapTasks(dir)` cleans it after a kill. */
  readonly dir: string;
  readonly reporter: Reporter;
}

interface AgentTask {
  readonly taskArn: string;
  readonly taskDefinitionArn: string;
  readonly group: string | undefined;
  readonly status: TaskRun["status"];
  readonly containers: readonly {
    readonly name: string;
    readonly status: "PENDING" | "RUNNING" | "STOPPED";
    readonly pid: number | undefined;
    readonly exitCode: number | undefined;
  }[];
}

export interface Agent {
  /** The tasks that this agent holds now. */
  tasks(): AgentTask[];
  /** Stops every task as Fargate would, all at the same time, and then the agent. Leaves nothing behind. */
  stop(): Promise<void>;
}

/**
 * The container host of the rehearsal: a local Fargate. It asks the control plane (the emulator) which tasks it wants,
 * starts those it does not have, stops those that are not wanted any more, and reports what becomes of them.
 * Replacing dead service tasks, counting and events are the control plane's work.
 */
export async function startAgent({ emulator, images, driver, dir, reporter }: AgentOptions): Promise<Agent> {
  const controlPlane = connectControlPlane(emulator.url);
  const credentials = new CredentialsEndpoint();
  const metadata = new MetadataEndpoint();
  const protection = new ProtectionEndpoint();
  const endpoints = await startEndpointServer([credentials.handle, metadata.handle, protection.handle]);
  const host: TaskHost = {
    controlPlane,
    driver: driver ?? processDriver(images),
    endpointUrl: emulator.url,
    endpointOrigin: endpoints.origin,
    credentials,
    metadata,
    protection,
    dir,
    agent: { pid: process.pid, startTime: (await findProcess(process.pid))?.startTime ?? "" },
    onLoss: (sentence) => reporter.warn(sentence),
  };

  const runs = new Map<string, TaskRun>();
  /** A list may be older than the end of a task it names: no task ever runs twice. */
  const taken = new Set<string>();
  const stopping = new AbortController();

  function reconcile(tasks: readonly FargateTask[]): void {
    const wanted = new Set(tasks.filter(isWanted).map(({ taskArn }) => taskArn));
    for (const [taskArn, run] of runs) if (!wanted.has(taskArn)) run.stop();
    for (const task of tasks) {
      if (taken.has(task.taskArn)) continue;
      if (hasRun(task))
        void controlPlane.report({ task: task.taskArn, status: "STOPPED", ...HOST_LOST }).catch(() => {});
      else if (isWanted(task)) start(task);
    }
  }

  function start(task: FargateTask): void {
    const run = new TaskRun(task, host);
    taken.add(task.taskArn);
    runs.set(task.taskArn, run);
    run.over.then(() => runs.delete(task.taskArn));
  }

  async function follow(): Promise<void> {
    let serial = 0;
    let answered = true;
    while (!stopping.signal.aborted) {
      try {
        const list = await controlPlane.tasks(serial, stopping.signal);
        answered = true;
        if (stopping.signal.aborted) return;
        reconcile(list.tasks);
        if (list.serial === serial) await pause(NO_NEWS_PAUSE_MS);
        serial = list.serial;
      } catch (error) {
        if (stopping.signal.aborted) return;
        if (answered) reporter.warn(`The emulated AWS does not answer the local Fargate: ${error}`);
        answered = false;
        serial = 0;
        await pause(RETRY_PAUSE_MS);
      }
    }
  }

  /** Cut short when the agent stops. */
  async function pause(milliseconds: number): Promise<void> {
    await sleep(milliseconds, undefined, { signal: stopping.signal }).catch(() => {});
  }

  const following = follow();
  return {
    tasks: () => [...runs.values()].map(describe),
    async stop() {
      stopping.abort();
      await following;
      for (const run of runs.values()) run.stop(HOST_STOPPED);
      await Promise.all([...runs.values()].map(({ over }) => over));
      await endpoints.stop();
    },
  };
}

function isWanted({ desiredStatus }: FargateTask): boolean {
  return desiredStatus === "RUNNING";
}

/** Somebody took this task on before: a host that is gone, as we do not have it. */
function hasRun({ lastStatus }: FargateTask): boolean {
  return lastStatus !== "PROVISIONING" && lastStatus !== "PENDING";
}

function describe(run: TaskRun): AgentTask {
  return {
    taskArn: run.task.taskArn,
    taskDefinitionArn: run.task.taskDefinitionArn,
    group: run.task.group,
    status: run.status,
    containers: run.containers.map(({ name, status, running, exitCode }) => ({
      name,
      status,
      pid: running?.process?.pid,
      exitCode,
    })),
  };
}
