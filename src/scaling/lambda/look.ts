import type { ECSClient } from "@aws-sdk/client-ecs";
import { decide } from "../decide.ts";
import type { Decision } from "../decision.ts";
import type { Observation, ScalingMemory } from "../observation.ts";
import { observe, observeNothing } from "../reading/observe.ts";
import type { PrefectAnswers } from "../reading/prefect-answers.ts";
import { type AskPrefect, readPrefect } from "../reading/read-prefect.ts";
import { learnDurations, type UsualDurations } from "../reading/usual-durations.ts";
import { type ScalingSettings, scalingSettings } from "../settings.ts";
import { readService, type ServiceAddress, setDesired, tellToGo } from "./ecs-service.ts";
import type { ScaledWorker } from "./scaler-task.ts";
import { troubleOf } from "./trouble.ts";

/** What one look leaves for the next. Losing it costs money for some seconds, never a run. */
export interface Remembered {
  readonly prefect?: PrefectAnswers;
  readonly durations: UsualDurations;
  readonly memory?: ScalingMemory | undefined;
  readonly desired?: number;
}

export interface Looked {
  readonly observation: Observation;
  readonly settings: ScalingSettings;
  readonly decision: Decision;
  /** What could not be done of the decision. */
  readonly undone: readonly string[];
  readonly remembered: Remembered;
}

export interface Tools {
  readonly ecs: ECSClient;
  readonly ask: AskPrefect;
  /** Seconds since 1970. */
  readonly now: () => number;
}

/** Looks at one worker, decides and acts. Never throws: whatever fails, nothing is changed by it. */
export async function look(
  address: ServiceAddress,
  worker: ScaledWorker,
  tools: Tools,
  before: Remembered,
): Promise<Looked> {
  const now = tools.now();
  let desired = before.desired ?? 0;
  try {
    const ecs = await readService(tools.ecs, address, { protects: worker.type === "process", now });
    desired = ecs.desiredCount;
    const settings = settingsOf(worker, desired);
    const asleep = ecs.desiredCount === 0 && ecs.tasks.length === 0;
    const subject = { workPool: worker.workPool, now, horizonSeconds: settings.horizonSeconds, asleep };
    const prefect = await readPrefect(tools.ask, subject, before.prefect);
    const durations =
      prefect.slow === before.prefect?.slow
        ? before.durations
        : learnDurations(before.durations, prefect.slow.ended);
    const { memory } = before;
    const observation = observe({ now, prefect, durations, ecs, settings, ...(memory ? { memory } : {}) });
    const decision = decide(observation, settings);
    const undone = await act(address, worker, tools.ecs, observation, decision);
    const remembered = { prefect, durations, memory: decision.memory, desired: decision.desired };
    return { observation, settings, decision, undone, remembered };
  } catch (error) {
    const settings = settingsOf(worker, desired);
    const observation = observeNothing(now, desired, troubleOf(error), before.memory);
    const decision = decide(observation, settings);
    return { observation, settings, decision, undone: [], remembered: before };
  }
}

/** Where somebody else says how many tasks run, that number is the least and the most. */
function settingsOf(worker: ScaledWorker, desired: number): ScalingSettings {
  const keeps = worker.mode === "keep";
  return scalingSettings({
    workerType: worker.type,
    minWorkers: keeps ? desired : worker.minTasks,
    maxWorkers: keeps ? desired : worker.maxTasks,
    slotsPerWorker: worker.slots,
    coldStartSeconds: worker.coldStartSeconds,
  });
}

/**
 * First the workers are told, then the count is lowered: ECS then waits for them, as each is protected until it has gone. Where one
 * could not be told, the count stays. An `ecs` worker runs nothing itself, so ECS may just stop it.
 */
async function act(
  address: ServiceAddress,
  worker: ScaledWorker,
  ecs: ECSClient,
  { desired }: Observation,
  decision: Decision,
): Promise<string[]> {
  const untold =
    worker.type === "process" && decision.drain.length > 0
      ? await tellToGo(ecs, address.cluster, decision.drain)
      : [];
  const undone = untold.map((id) => `task ${id} could not be told to go`);
  if (worker.mode === "keep" || decision.desired === desired) return undone;
  if (decision.desired < desired && untold.length > 0) return [...undone, `the count stays at ${desired}`];
  await setDesired(ecs, address, decision.desired);
  return undone;
}
