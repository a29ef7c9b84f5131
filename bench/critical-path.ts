import type { TerraformRun } from "./terraform-clock.ts";

/** When things happened in a rehearsal, in milliseconds since the epoch, as those who did them say. */
export interface RehearsalTimes {
  readonly beganMs: number;
  readonly endedMs: number;
  /** Every run of Terraform, from the outside. */
  readonly terraform: readonly TerraformRun[];
  /** ECS made the worker's task: its service is there. */
  readonly workerTaskMs: number;
  /** Prefect saw the worker for the first time. */
  readonly workerSeenMs: number;
  readonly runCreatedMs: number;
  /** ECS made the flow run's task. */
  readonly runTaskMs: number;
  /** Prefect's end of the flow run. */
  readonly runEndedMs: number;
}

export interface PathPart {
  readonly what: string;
  readonly seconds: number;
}

/**
 * The parts of a rehearsal that other people's programs take, each of which needs the one before: no arrangement of ours
 * makes it shorter than their sum. What a rehearsal takes beyond it is ours: what starts late, is looked at rarely, or is
 * done by ourselves.
 *
 * The emulator and the Prefect server are not in it, as they can start while Terraform plans. Neither is the wait from the
 * worker's being there to the flow run's creation, if any: that is our lateness.
 */
export function criticalPath(times: RehearsalTimes): PathPart[] {
  const runs = times.terraform.filter(({ command }) => !command.startsWith("version"));
  const apply = runs.find(({ command }) => command.startsWith("apply"))!;
  const before = runs.filter(({ endedMs }) => endedMs <= apply.beganMs);
  const after = runs.filter(({ beganMs }) => beganMs >= times.runEndedMs);
  const toWorker = times.workerSeenMs - times.workerTaskMs;
  const toEndOfApply = apply.endedMs - times.workerTaskMs;
  return [
    ...before.map(part),
    { what: "apply, until the service has a task", seconds: inSeconds(times.workerTaskMs - apply.beganMs) },
    // Whichever is later: nobody can wire the pool before the apply has ended.
    toWorker >= toEndOfApply
      ? { what: "worker's start, until Prefect sees it", seconds: inSeconds(toWorker) }
      : { what: "the rest of the apply", seconds: inSeconds(toEndOfApply) },
    {
      what: "worker's next look for runs, and RunTask",
      seconds: inSeconds(times.runTaskMs - Math.max(times.workerSeenMs, times.runCreatedMs)),
    },
    { what: "flow run's process", seconds: inSeconds(times.runEndedMs - times.runTaskMs) },
    ...after.map(part),
  ];
}

const part = ({ command, beganMs, endedMs }: TerraformRun): PathPart => ({
  what: `terraform ${command.split(" ").slice(0, 2).join(" ")}`,
  seconds: inSeconds(endedMs - beganMs),
});

const inSeconds = (milliseconds: number): number => Math.max(0, milliseconds) / 1000;
