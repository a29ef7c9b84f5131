import type { Clock } from "./clock.ts";
import type { Faults } from "./faults.ts";
import type { Random } from "./random.ts";
import type { RunBoard, SimulatedRun } from "./run-board.ts";
import type { World } from "./world.ts";

/** A Prefect worker in a Fargate task, with or without the supervisor that protects it. */
export interface SimulatedWorker {
  readonly id: string;
  readonly revision: number;
  readonly launchedAt: number;
  /** The runs in its own task; none for a worker that only submits. */
  readonly busy: ReadonlySet<SimulatedRun>;
  readonly state: "starting" | "ready" | "gone";
  /** While true, neither scaling in nor a deployment stops its task. */
  readonly protectedFromStop: boolean;
  /** It has been told to take no more work. */
  readonly told: boolean;
  tell(): void;
  /** The task is stopped from outside, and its runs with it. */
  stop(): void;
}

export interface WorkerSurroundings {
  readonly clock: Clock;
  readonly world: World;
  readonly board: RunBoard;
  readonly faults: Faults;
  readonly random: Random;
  /** Whether a supervisor protects the task and drains it when told. */
  readonly supervised: boolean;
  onReady(): void;
  /** Its task may be stopped or has exited, and ECS looks again at what it should run. */
  onChange(): void;
}

/** Prefect's worker doubles its interval after three failures in a row, up to eight times. */
const FAILURES_BEFORE_BACKOFF = 3;
const LONGEST_BACKOFF = 8;

/** Prefect's jitter: a clamped exponential. https://github.com/PrefectHQ/prefect/blob/main/src/prefect/utilities/math.py */
const POLL_JITTER = { shortest: 0.752, longest: 1.3 };

/** How soon a supervisor sees that its worker is to be drained. */
const TOLD_WITHIN_SECONDS = 5;
const EXIT_SECONDS = 1.5;
const PROTECT_AGAIN_SECONDS = 5;

export function launchWorker(
  id: string,
  revision: number,
  { clock, world, board, faults, random, supervised, onReady, onChange }: WorkerSurroundings,
): SimulatedWorker {
  const busy = new Set<SimulatedRun>();
  let state: SimulatedWorker["state"] = "starting";
  let protectedFromStop = false;
  let told = false;
  let takesWork = true;
  let failures = 0;

  /** Protected before the first run is taken: there is no moment in which a busy worker can be stopped. */
  function begin(): void {
    if (state === "gone") return;
    if (supervised && faults.strikes(faults.rates.refusedProtections)) {
      clock.after(PROTECT_AGAIN_SECONDS, begin);
      return;
    }
    state = "ready";
    protectedFromStop = supervised;
    onReady();
    if (told) heed();
    else poll();
  }

  function poll(): void {
    if (state === "gone" || !takesWork) return;
    if (faults.refusal(clock.now)) failures++;
    else {
      failures = 0;
      for (const run of board.take(id, world.slotsPerWorker - busy.size, clock.now)) carry(run);
    }
    const backoff = Math.min(2 ** Math.floor(failures / FAILURES_BEFORE_BACKOFF), LONGEST_BACKOFF);
    clock.after(world.pollSeconds * backoff * jitter(), poll);
  }

  const jitter = (): number => {
    const whole = Math.exp(-POLL_JITTER.shortest) - Math.exp(-POLL_JITTER.longest);
    return -Math.log(Math.exp(-POLL_JITTER.shortest) - random.next() * whole);
  };

  function carry(run: SimulatedRun): void {
    const executes = world.workerType === "process";
    if (executes) busy.add(run);
    clock.at(run.endsAt, () => {
      if (run.killed) return;
      board.end(run);
      busy.delete(run);
      if (!takesWork) leaveWhenEmpty();
    });
  }

  function heed(): void {
    if (state !== "ready") return;
    takesWork = false;
    leaveWhenEmpty();
  }

  function leaveWhenEmpty(): void {
    if (busy.size > 0) return;
    protectedFromStop = false;
    onChange();
    clock.after(EXIT_SECONDS, () => {
      if (state === "gone") return;
      state = "gone";
      onChange();
    });
  }

  clock.after(random.logNormal(world.coldStart), begin);
  return {
    id,
    revision,
    launchedAt: clock.now,
    busy,
    get state() {
      return state;
    },
    get protectedFromStop() {
      return protectedFromStop;
    },
    get told() {
      return told;
    },
    tell() {
      if (told || !supervised) return;
      told = true;
      clock.after(random.between(0, TOLD_WITHIN_SECONDS), heed);
    },
    stop() {
      state = "gone";
      for (const run of busy) board.kill(run);
      busy.clear();
    },
  };
}
