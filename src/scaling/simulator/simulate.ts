import { type Clock, createClock } from "./clock.ts";
import { createFaults, type FaultRates, type Faults, NO_FAULTS } from "./faults.ts";
import { createLookout } from "./lookout.ts";
import { createMeter, type Outcome } from "./meter.ts";
import type { Change, Policy, Scaler } from "./policy.ts";
import { seededRandom } from "./random.ts";
import { createRunBoard } from "./run-board.ts";
import { createService, type Service } from "./service.ts";
import { DAY_SECONDS, type Trace } from "./traces.ts";
import type { World } from "./world.ts";

export interface Simulation {
  readonly trace: Trace;
  readonly policy: Policy;
  readonly world: World;
  readonly seed: number;
  /** @default 60 */
  readonly maxWorkers?: number;
  /** @default NO_FAULTS */
  readonly faults?: FaultRates;
}

/** The scaler is at work before midnight, when the trace begins. */
const HEAD_START_SECONDS = 600;

const MINUTE_SECONDS = 60;
/** How late EventBridge's scheduler and a cold Lambda let a minute begin. */
const LATE_MINUTE_SECONDS = 1.5;
/** From the look to the change: two requests to Prefect, two to ECS. */
const ACTING_SECONDS = { from: 0.5, to: 1.5 };
const DUPLICATE_ACTS_LATER_SECONDS = 8;

/** One day of a trace under a policy. The same simulation always gives the same outcome. */
export function simulate({
  trace,
  policy,
  world,
  seed,
  maxWorkers = 60,
  faults: rates = NO_FAULTS,
}: Simulation): Outcome {
  const random = seededRandom(`${trace.name} ${seed}`);
  const clock = createClock(-HEAD_START_SECONDS);
  const board = createRunBoard(trace, world, random.fork("runs"));
  const faults = createFaults(rates, random.fork("faults"));
  const supervised = policy.supervised;
  const service = createService({ clock, world, board, faults, random: random.fork("tasks"), supervised });
  const meter = createMeter({ clock, world, board, service });
  const { horizonSeconds } = policy;
  const look = createLookout({ clock, world, board, service, faults, horizonSeconds });
  const start = (): Scaler => policy.start({ world, maxWorkers, service, board });
  const twin = start();

  const scaler = start();
  const loop = random.fork("loop");
  const act = (change: Change | undefined, later: number): void => {
    if (!change) return;
    clock.after(loop.between(ACTING_SECONDS.from, ACTING_SECONDS.to) + later, () => {
      if (!faults.strikes(rates.refusedChanges)) service.drain(change.drain);
      if (!faults.strikes(rates.refusedChanges)) meter.resized(() => service.setDesired(change.desired));
    });
  };
  const lookOnce = (): number => {
    const change = scaler(look, clock.now);
    act(change, 0);
    if (faults.strikes(rates.duplicateLooks))
      act(twin(look, clock.now), loop.between(0, DUPLICATE_ACTS_LATER_SECONDS));
    return change?.lookAgainSeconds ?? policy.everySeconds;
  };
  const lookUntil = (end: number): void => {
    if (clock.now >= end) return;
    clock.after(lookOnce(), () => lookUntil(end));
  };
  everyMinute(clock, () => {
    if (faults.strikes(rates.missedMinutes)) return;
    const end = clock.now + MINUTE_SECONDS;
    clock.after(loop.between(0, LATE_MINUTE_SECONDS), () => lookUntil(end));
  });

  scheduleDeployments(clock, faults, service);
  meter.watchArrivals();
  clock.runUntil(DAY_SECONDS);
  return meter.outcome(policy.name);
}

function everyMinute(clock: Clock, action: () => void): void {
  for (let at = -HEAD_START_SECONDS; at < DAY_SECONDS; at += MINUTE_SECONDS) clock.at(at, action);
}

function scheduleDeployments(clock: Clock, faults: Faults, service: Service): void {
  for (const at of faults.deployments) clock.at(at, () => service.deploy());
}
