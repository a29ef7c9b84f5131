import type { SimulatedWorker, WorkerSurroundings } from "./worker.ts";
import { launchWorker } from "./worker.ts";
import { LEAST_BILLED_SECONDS, UNBILLED_PROVISIONING_SECONDS } from "./world.ts";

/** The ECS service: it keeps as many tasks as desired, and replaces all of them in a deployment. */
export interface Service {
  readonly desired: number;
  readonly revision: number;
  /** In the order of their launch. */
  readonly workers: readonly SimulatedWorker[];
  /** Of all tasks so far. */
  billedSeconds(): number;
  setDesired(desired: number): void;
  /** Tells workers to take no more work. */
  drain(ids: readonly string[]): void;
  deploy(): void;
}

/** How long ECS takes to look at a change. What a launch takes after that is the cold start. */
const REACTION_SECONDS = { from: 0.2, to: 1 };

export function createService(surroundings: Omit<WorkerSurroundings, "onReady" | "onChange">): Service {
  const { clock, random } = surroundings;
  const workers: SimulatedWorker[] = [];
  let desired = 0;
  let revision = 1;
  let launched = 0;
  let billed = 0;
  let looking = false;

  /** ECS looks at the service a moment after anything has changed. */
  function lookSoon(): void {
    if (looking) return;
    looking = true;
    clock.after(random.between(REACTION_SECONDS.from, REACTION_SECONDS.to), () => {
      looking = false;
      reconcile();
    });
  }

  function reconcile(): void {
    forgetTheGone();
    const current = workers.filter((worker) => worker.revision === revision);
    for (let missing = desired - current.length; missing > 0; missing--) launch();
    stopSome(current, current.length - desired);
    const ready = current.filter((worker) => worker.state === "ready").length;
    const older = workers.filter((worker) => worker.revision !== revision);
    stopSome(older, older.length - Math.max(0, desired - ready));
    forgetTheGone();
  }

  function launch(): void {
    launched += 1;
    workers.push(
      launchWorker(`w${launched}`, revision, { ...surroundings, onReady: lookSoon, onChange: lookSoon }),
    );
  }

  /** Those that are still starting first, then any of those that are not protected. */
  function stopSome(candidates: readonly SimulatedWorker[], most: number): void {
    const open = candidates.filter((worker) => worker.state !== "gone" && !worker.protectedFromStop);
    const starting = open.filter((worker) => worker.state === "starting").reverse();
    const others = open.filter((worker) => worker.state === "ready");
    for (let left = most; left > 0; left--) {
      const victim = starting.shift() ?? others.splice(Math.floor(random.next() * others.length), 1)[0];
      victim?.stop();
    }
  }

  function forgetTheGone(): void {
    for (let i = workers.length - 1; i >= 0; i--) {
      if (workers[i]!.state !== "gone") continue;
      billed += bill(workers[i]!);
      workers.splice(i, 1);
    }
  }

  const bill = (worker: SimulatedWorker): number =>
    Math.max(LEAST_BILLED_SECONDS, clock.now - worker.launchedAt - UNBILLED_PROVISIONING_SECONDS);

  return {
    get desired() {
      return desired;
    },
    get revision() {
      return revision;
    },
    workers,
    billedSeconds: () => billed + workers.reduce((sum, worker) => sum + bill(worker), 0),
    setDesired(wanted) {
      if (wanted === desired) return;
      desired = wanted;
      lookSoon();
    },
    drain(ids) {
      for (const worker of workers) if (ids.includes(worker.id)) worker.tell();
    },
    deploy() {
      revision += 1;
      lookSoon();
    },
  };
}
