import { resize } from "../../resize.ts";
import { type ScalingSettings, scalingSettings } from "../../settings.ts";
import type { Policy } from "../policy.ts";
import type { RunBoard } from "../run-board.ts";
import type { World } from "../world.ts";

const STEP_SECONDS = 5;

/** From its look to the launch. */
const ACTING_SECONDS = 2;

/**
 * Knows every run that will come and how long each will take, and has capacity there just in time. It lives in
 * the same world as the others: cold starts, polls, and workers that only leave when they are empty. A good
 * heuristic, not a proven bound.
 */
export function clairvoyant(world: World): Policy {
  const leadSeconds = world.coldStart.p95 + world.runStart.p95 + ACTING_SECONDS;
  return {
    name: "clairvoyant",
    supervised: true,
    everySeconds: 10,
    horizonSeconds: 0,
    start({ maxWorkers, board }) {
      const settings: ScalingSettings = scalingSettings({ workerType: world.workerType, maxWorkers });
      return (look, now) => {
        const slots = mostInFlight(board, now, leadSeconds);
        const wanted = Math.min(maxWorkers, Math.ceil(slots / world.slotsPerWorker));
        const { desired, spare, replaced } = resize(look(), { wanted, mayShrink: true }, settings);
        return { desired, drain: [...spare, ...replaced].map((worker) => worker.id) };
      };
    },
  };
}

/** The true number of runs in flight at the busiest moment of the next seconds. */
function mostInFlight(board: RunBoard, now: number, leadSeconds: number): number {
  const changes = new Array<number>(Math.ceil(leadSeconds / STEP_SECONDS) + 2).fill(0);
  const step = (time: number): number =>
    Math.min(changes.length - 1, Math.max(0, Math.ceil((time - now) / STEP_SECONDS)));
  const occupy = (from: number, until: number): void => {
    changes[step(from)]! += 1;
    changes[step(until)]! -= 1;
  };
  for (const run of board.running) occupy(now, run.endsAt);
  for (const run of board.queued(now)) occupy(now, now + run.durationSeconds);
  for (const run of board.future(now, leadSeconds)) occupy(run.dueAt, run.dueAt + run.durationSeconds);
  let inFlight = 0;
  let most = 0;
  for (const change of changes.slice(0, -1)) {
    inFlight += change;
    most = Math.max(most, inFlight);
  }
  return most;
}
