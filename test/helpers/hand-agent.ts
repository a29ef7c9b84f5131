import { setTimeout as sleep } from "node:timers/promises";

/** What the emulator tells the agent about a task. */
export interface AgentTask {
  taskArn: string;
  clusterArn: string;
  lastStatus: string;
  desiredStatus: string;
  createdAt: number;
}

export type HandAgent = ReturnType<typeof handAgent>;

const PATIENCE_MS = 15_000;

/** Plays the container host by hand: the test decides what a task does, and nothing runs. */
export function handAgent({ url }: { url: string }, cluster: string) {
  let tasks: AgentTask[] = [];
  let serial = 0;

  async function refresh(): Promise<void> {
    const answer = await fetch(`${url}/_prefect_fargate/tasks?since=${serial}&timeout=1`);
    const body = (await answer.json()) as { serial: number; tasks: AgentTask[] };
    serial = body.serial;
    tasks = body.tasks.filter(({ clusterArn }) => clusterArn.endsWith(`/${cluster}`));
  }

  async function until<T>(what: string, look: () => T | undefined): Promise<T> {
    const deadline = Date.now() + PATIENCE_MS;
    serial = 0;
    for (;;) {
      await refresh();
      const found = look();
      if (found !== undefined) return found;
      if (Date.now() > deadline)
        throw new Error(`Waited for ${what}; last seen: ${JSON.stringify(tasks, null, 1)}`);
    }
  }

  async function report(
    task: string,
    status?: string,
    container: { exitCode?: number; healthStatus?: string; status?: string } = {},
  ): Promise<{ lastStatus: string; desiredStatus: string }> {
    const answer = await fetch(`${url}/_prefect_fargate/task-state`, {
      method: "POST",
      body: JSON.stringify({ task, status, containers: [{ name: "app", ...container }] }),
    });
    return (await answer.json()) as { lastStatus: string; desiredStatus: string };
  }

  return {
    report,

    /** Waits until the agent's view of a task satisfies the condition. */
    sees: (arn: string, condition: (task: AgentTask) => boolean) =>
      until(arn, () => tasks.find((task) => task.taskArn === arn && condition(task))),

    /** The ARN of the next waiting task that is none of those known. */
    next: (known: readonly string[] = []) =>
      until(
        "another task",
        () => tasks.find((task) => task.lastStatus === "PENDING" && !known.includes(task.taskArn))?.taskArn,
      ),

    async start(task: string, healthStatus?: string): Promise<void> {
      await report(task, "ACTIVATING");
      await report(task, "RUNNING", { status: "RUNNING", healthStatus });
    },

    exit: (task: string, exitCode: number) => report(task, "STOPPED", { status: "STOPPED", exitCode }),

    async settles<T>(read: () => Promise<T>, condition: (seen: T) => boolean): Promise<T> {
      const deadline = Date.now() + PATIENCE_MS;
      for (;;) {
        const seen = await read();
        if (condition(seen)) return seen;
        if (Date.now() > deadline)
          throw new Error(`It did not come to that; last seen: ${JSON.stringify(seen, null, 1)}`);
        await sleep(50);
      }
    },
  };
}

/** Runs whatever is asked for, well: every task becomes healthy, and stops when it is told to. */
export function obligingAgent({ url }: { url: string }): { stop(): Promise<void> } {
  const ending = new AbortController();
  const report = (task: string, status: string, container: object) =>
    fetch(`${url}/_prefect_fargate/task-state`, {
      method: "POST",
      body: JSON.stringify({ task, status, containers: [container] }),
    });

  async function serve(): Promise<void> {
    let serial = 0;
    while (!ending.signal.aborted) {
      const answer = await fetch(`${url}/_prefect_fargate/tasks?since=${serial}`, { signal: ending.signal });
      const body = (await answer.json()) as {
        serial: number;
        tasks: (AgentTask & { containers: { name: string }[] })[];
      };
      serial = body.serial;
      for (const { taskArn, lastStatus, desiredStatus, containers } of body.tasks) {
        const { name } = containers[0]!;
        if (desiredStatus === "STOPPED") await report(taskArn, "STOPPED", { name, exitCode: 0 });
        else if (lastStatus === "PENDING")
          await report(taskArn, "RUNNING", { name, healthStatus: "HEALTHY" });
      }
    }
  }

  const served = serve().catch((error) => {
    if (!ending.signal.aborted) throw error;
  });
  return {
    stop: () => {
      ending.abort();
      return served;
    },
  };
}
