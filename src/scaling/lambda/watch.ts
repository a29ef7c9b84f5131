import { type Looked, look, type Remembered, type Tools } from "./look.ts";
import { report } from "./report.ts";
import type { ScaledWorker, ScalerTask } from "./scaler-task.ts";

export interface Watch extends Tools {
  /** What earlier looks left, by worker; it is kept up to date. */
  readonly remembered: Map<string, Remembered>;
  /** Until when to look, in seconds since 1970. */
  readonly until: number;
  readonly sleep: (seconds: number) => Promise<void>;
  readonly print: (line: string) => void;
}

/** Looks at every worker as often as its decision wishes, each at its own pace, until the time is over. */
export async function watch({ cluster, workers }: ScalerTask, watching: Watch): Promise<void> {
  await Promise.all(
    Object.entries(workers).map(([name, worker]) => watchOne({ cluster, service: name }, worker, watching)),
  );
}

async function watchOne(
  address: { readonly cluster: string; readonly service: string },
  worker: ScaledWorker,
  { remembered, until, sleep, print, ...tools }: Watch,
): Promise<void> {
  let said: string | undefined;
  for (;;) {
    const begun = tools.now();
    const before = remembered.get(address.service) ?? { durations: {} };
    const looked = await look(address, worker, tools, before);
    remembered.set(address.service, looked.remembered);
    const meaning = meaningOf(looked);
    if (meaning !== said) print(report(address, looked));
    said = meaning;
    const next = begun + looked.decision.lookAgainSeconds;
    if (next >= until) return;
    await sleep(Math.max(0, next - tools.now()));
  }
}

/** What makes a line worth its price: the first of each minute, and those that tell something new. */
const meaningOf = ({ decision: { desired, drain, held, reason }, undone }: Looked): string =>
  JSON.stringify([desired, drain, held, held ? reason : "", undone]);
