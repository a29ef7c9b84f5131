import type { FlowRunAnswer } from "./prefect-answers.ts";
import type { ServiceTask } from "./service-tasks.ts";

/**
 * Where a run that has been taken is: on one of the service's tasks; on none of them, so that it is lost or
 * another worker's; or not to be told yet, as it was taken a moment ago.
 */
export type Whereabouts = { readonly on: string } | "elsewhere" | "unknown";

/** Within this time a worker has noted on a run that it is its own. */
const NOTED_WITHIN_SECONDS = 120;

/**
 * Prefect 3 notes a worker's name in the run's labels; Prefect 2 notes its host in the process id, for which our supervisor
 * gives the task's id. Neither needs a request of its own, however many workers there are.
 */
export function whereabouts(run: FlowRunAnswer, tasks: readonly ServiceTask[], now: number): Whereabouts {
  const workerName = run.labels?.["prefect.worker.name"];
  if (typeof workerName === "string")
    return taskOr(
      "elsewhere",
      tasks.find((task) => workerName.endsWith(task.id)),
    );
  const host = run.infrastructure_pid?.match(/^(.+):\d+$/)?.[1]?.split(".")[0];
  if (host)
    return taskOr(
      "elsewhere",
      tasks.find((task) => task.id === host || task.hostname === host),
    );
  const since = Date.parse(run.state?.timestamp ?? "") / 1000;
  const pendingForLong = run.state_type === "PENDING" && now - since > NOTED_WITHIN_SECONDS;
  return pendingForLong ? "elsewhere" : "unknown";
}

const taskOr = (otherwise: Whereabouts, task: ServiceTask | undefined): Whereabouts =>
  task ? { on: task.id } : otherwise;
