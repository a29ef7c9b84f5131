import type { Evidence, TaskEvidence } from "./evidence.ts";
import type { Certainty, Finding } from "./finding.ts";
import { nameOf, quoteOf, shortened } from "./sayings.ts";
import { causes } from "./table.ts";

/** A finding with the row of the table that it comes from. */
export interface Diagnosed extends Finding {
  readonly cause: string;
  readonly source: string;
}

export interface Diagnosis {
  /** Why the worker is not ONLINE; undefined when none of the known causes fits. */
  readonly main: Diagnosed | undefined;
  /** What else is true, the likelier first. */
  readonly others: readonly Diagnosed[];
  /** Everything that was seen, in lines: all there is when the cause is unknown. */
  readonly seen: readonly string[];
}

const ORDER: Readonly<Record<Certainty, number>> = { certain: 0, likely: 1, aside: 2 };
/** What one wants to read of a log at a glance. */
const LOG_LINES = 12;
const TASKS = 3;
const EVENTS = 3;

/** Asks every known cause, and ranks those that recognize themselves: by how sure they are, then by how recent. */
export function diagnose(evidence: Evidence): Diagnosis {
  const found = causes
    .flatMap(({ cause, source, recognize }) => {
      const finding = recognize(evidence);
      return finding ? [{ ...finding, cause, source }] : [];
    })
    .sort((a, b) => ORDER[a.certainty] - ORDER[b.certainty] || (a.age ?? 0) - (b.age ?? 0));
  const main = found.find(({ certainty }) => certainty !== "aside");
  return { main, others: found.filter((finding) => finding !== main), seen: whatIsSeen(evidence) };
}

function whatIsSeen({ tasks, service, prefect, unseen }: Evidence): string[] {
  const log = tasks.find((task) => task.log.length > 0);
  return [
    ...(service
      ? [`service ${service.name}: ${service.runningCount} of ${service.desiredCount} tasks running`]
      : []),
    ...(service?.events.slice(0, EVENTS) ?? []).map(quoteOf),
    ...tasks.slice(0, TASKS).map(describeTask),
    ...(tasks.length === 0 ? ["there are no tasks of the revision that should run"] : []),
    ...(prefect.problem ? [`Prefect: ${prefect.problem.message}`] : []),
    ...prefect.workers.map(
      ({ name, status, lastHeartbeat }) =>
        `Prefect: ${name} is ${status}, last heartbeat ${lastHeartbeat?.toISOString() ?? "never"}`,
    ),
    ...unseen,
    ...(log ? [`${nameOf(log)} logged last:`, ...log.log.slice(-LOG_LINES).map((line) => `  ${line}`)] : []),
  ];
}

/** `task 1a2b3c4d: STOPPED (EssentialContainerExited: Essential container in task exited); prefect-worker exit 1`. */
function describeTask(task: TaskEvidence): string {
  const why = [task.stopCode, task.stoppedReason].filter(Boolean).map((text) => shortened(text!));
  const exits = task.containers
    .filter(({ exitCode, reason }) => exitCode !== undefined || reason)
    .map(
      ({ name, exitCode, reason }) =>
        `${name} exit ${exitCode ?? "none"}${reason ? ` (${shortened(reason)})` : ""}`,
    );
  const state =
    why.length > 0 ? `${task.status} (${why.join(": ")})` : `${task.status}, health ${task.health}`;
  return [`${nameOf(task)}: ${state}`, ...exits].join("; ");
}
