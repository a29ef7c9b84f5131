import { setTimeout as sleep } from "node:timers/promises";
import type { RehearsalBox, RehearsalEnd, StartedRehearsal } from "./rehearsal-box.ts";
import { seeded } from "./seeded.ts";

/** What a rehearsal says when it begins each of its parts. None of them is over within `LONGEST_DELAY_MS`. */
const BEGINNINGS = [
  "Emulated AWS …",
  "Plan …",
  "Apply …",
  "Worker dev-worker …",
  "Flow run of the canary …",
  "Remove everything …",
] as const;
const LONGEST_DELAY_MS = 2_000;

/** The seed of this run; PREFECT_FARGATE_TEST_SEED gives other moments. */
export const SEED = Number(process.env.PREFECT_FARGATE_TEST_SEED ?? 1);

/** A moment in the course of a rehearsal: so long after it has said something. */
export interface Moment {
  readonly after: (typeof BEGINNINGS)[number];
  readonly delayMs: number;
}

/** Moments spread over the whole course, in an order and with delays that the seed decides. */
export function momentsOf(seed: number): Moment[] {
  const random = seeded(seed);
  return BEGINNINGS.map((after) => ({
    after,
    delayMs: Math.round(random() * LONGEST_DELAY_MS),
    order: random(),
  }))
    .toSorted((one, other) => one.order - other.order)
    .map(({ after, delayMs }) => ({ after, delayMs }));
}

/** Those of them that are soon reached. */
export const soonMomentsOf = (seed: number): Moment[] =>
  momentsOf(seed).filter(({ after }) => ["Emulated AWS …", "Plan …", "Apply …"].includes(after));

export const describeMoment = ({ after, delayMs }: Moment): string => `${delayMs} ms after "${after}"`;

/** Starts a rehearsal and sends it a signal at that moment; what it was just doing is there to be left behind. */
export async function signalAt(
  moment: Moment,
  signal: "SIGINT" | "SIGKILL",
  box: RehearsalBox,
  args: readonly string[] = [],
): Promise<RehearsalEnd> {
  const rehearsal = box.start(args);
  await reach(moment, rehearsal);
  const { processes, files } = await box.traces();
  if (!processes.some((row) => row.startsWith(`${rehearsal.process.pid} `)) || files.length === 0)
    throw new Error("There is nothing that could be left behind, or it is not found.");
  rehearsal.process.kill(signal);
  return rehearsal.ended;
}

async function reach({ after, delayMs }: Moment, rehearsal: StartedRehearsal): Promise<void> {
  await rehearsal.until(after);
  await sleep(delayMs);
}
