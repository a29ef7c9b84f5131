import type { HealthStatus, TaskStopCode } from "@aws-sdk/client-ecs";
import { PrefectFargateError } from "#errors";
import type { FargateTask } from "./fargate-task.ts";

/** How long the emulator holds a question for changed tasks before it answers that nothing has changed. */
const LONG_POLL_SECONDS = 20;
const ANSWER_TIMEOUT_MS = 10_000;

interface TaskList {
  /** Grows with every change; given back, it makes the next question wait for a later one. */
  readonly serial: number;
  /** Every task that is not yet STOPPED. */
  readonly tasks: readonly FargateTask[];
}

export interface ContainerStateChange {
  readonly name: string;
  readonly status?: "PENDING" | "RUNNING" | "STOPPED";
  readonly runtimeId?: string;
  readonly healthStatus?: HealthStatus;
  readonly exitCode?: number;
  readonly reason?: string;
}

export interface TaskStateChange {
  readonly task: string;
  readonly status?: "ACTIVATING" | "RUNNING" | "STOPPING" | "STOPPED";
  readonly stopCode?: TaskStopCode;
  readonly reason?: string;
  readonly containers?: readonly ContainerStateChange[];
}

/** A role's session, in the shape of the container credentials endpoint. */
export interface RoleSession {
  readonly RoleArn: string;
  readonly AccessKeyId: string;
  readonly SecretAccessKey: string;
  readonly Token: string;
  /** ISO 8601. */
  readonly Expiration: string;
}

/** The wire between AWS (the emulator) and the container host; emulator/README.md describes it. */
export interface ControlPlane {
  /** Answers at once for serial 0, otherwise when a task has changed, or after a while in any case. */
  tasks(since: number, signal: AbortSignal): Promise<TaskList>;
  /** Returns the status that the control plane wants now; undefined when it does not know the task any more. */
  report(change: TaskStateChange): Promise<string | undefined>;
  /** @throws PrefectFargateError AGENT_ROLE_REFUSED when the role is missing or does not trust ECS tasks. */
  roleSession(taskArn: string, role: "task" | "execution"): Promise<RoleSession>;
}

export function connectControlPlane(url: string): ControlPlane {
  const endpoint = (path: string) => new URL(`/_prefect_fargate/${path}`, url);
  const answer = async (target: URL, init: RequestInit = {}) =>
    fetch(target, { ...init, signal: init.signal ?? AbortSignal.timeout(ANSWER_TIMEOUT_MS) });

  return {
    async tasks(since, signal) {
      const target = endpoint("tasks");
      target.searchParams.set("since", String(since));
      target.searchParams.set("timeout", String(LONG_POLL_SECONDS));
      const patience = AbortSignal.timeout(LONG_POLL_SECONDS * 1000 + ANSWER_TIMEOUT_MS);
      const response = await answer(target, { signal: AbortSignal.any([signal, patience]) });
      if (!response.ok) throw await refusal("AGENT_TASKS_UNREADABLE", target, response);
      return (await response.json()) as TaskList;
    },

    async report(change) {
      const target = endpoint("task-state");
      const response = await answer(target, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(change),
      });
      if (response.status === 404) return undefined;
      if (!response.ok) throw await refusal("AGENT_REPORT_REFUSED", target, response);
      return ((await response.json()) as { desiredStatus?: string }).desiredStatus;
    },

    async roleSession(taskArn, role) {
      const target = endpoint("task-credentials");
      target.searchParams.set("task", taskArn);
      target.searchParams.set("role", role);
      const response = await answer(target);
      if (!response.ok) throw await refusal("AGENT_ROLE_REFUSED", target, response);
      return (await response.json()) as RoleSession;
    },
  };
}

async function refusal(code: string, target: URL, response: Response): Promise<PrefectFargateError> {
  const words = (await response.text().catch(() => "")).slice(0, 500);
  return new PrefectFargateError(
    code,
    `The emulated AWS answered ${response.status} to ${target.pathname}.`,
    {
      source: "environment",
      details: words ? [words] : [],
    },
  );
}
