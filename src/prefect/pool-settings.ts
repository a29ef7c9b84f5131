import type { TemplateChange } from "./template-diff.ts";
import type { WorkPool, WorkQueue } from "./work-pools.ts";

/** What a pool should be like, beside its job template. What is undefined stays as it is; null takes a limit away. */
export interface WantedPool {
  readonly concurrencyLimit?: number | null | undefined;
  readonly queues: Readonly<Record<string, WantedQueue>>;
}

export interface WantedQueue {
  readonly priority?: number | undefined;
  readonly concurrencyLimit?: number | null | undefined;
}

/** One call that brings a pool nearer to what it should be. */
export type PoolStep =
  | { readonly kind: "limit pool"; readonly concurrencyLimit: number | null }
  | { readonly kind: "create queue"; readonly queue: string; readonly settings: WantedQueue }
  | { readonly kind: "change queue"; readonly queue: string; readonly settings: WantedQueue };

export interface SettledPool {
  /** In the order in which they are to be done. */
  readonly steps: readonly PoolStep[];
  /** All that would differ, also in queues that make room for others. */
  readonly changes: readonly TemplateChange[];
}

/** What a new pool has: Prefect makes the queue `default` with it. */
const NEW_POOL = { concurrencyLimit: undefined };
const QUEUES_OF_NEW_POOL = [{ name: "default", priority: 1, concurrencyLimit: undefined }];

type Present = Pick<WorkPool, "concurrencyLimit">;
type PresentQueue = Pick<WorkQueue, "name" | "priority" | "concurrencyLimit">;

/** Compares a pool with what it should be like. Steps that were done once are none the next time. */
export function settlePool(
  wanted: WantedPool,
  pool: Present = NEW_POOL,
  queues: readonly PresentQueue[] = QUEUES_OF_NEW_POOL,
): SettledPool {
  const limit = limitChange(wanted.concurrencyLimit, pool.concurrencyLimit);
  const steps: PoolStep[] = limit === undefined ? [] : [{ kind: "limit pool", concurrencyLimit: limit }];
  let after: readonly PresentQueue[] = queues;
  // From the most urgent on: a queue that is put in its place moves only those behind it.
  const inOrder = Object.entries(wanted.queues).sort(
    ([, one], [, other]) => (one.priority ?? Infinity) - (other.priority ?? Infinity),
  );
  for (const [name, settings] of inOrder) {
    const present = after.find((queue) => queue.name === name);
    const step = queueStep(name, settings, present);
    if (!step) continue;
    steps.push(step);
    after = afterStep(after, name, step.settings);
  }
  return { steps, changes: [...poolChange(pool, limit), ...queueChanges(queues, after)] };
}

function queueStep(
  queue: string,
  wanted: WantedQueue,
  present: PresentQueue | undefined,
): Exclude<PoolStep, { kind: "limit pool" }> | undefined {
  if (!present) return { kind: "create queue", queue, settings: wanted };
  const settings: WantedQueue = {
    ...(wanted.priority === undefined || wanted.priority === present.priority
      ? {}
      : { priority: wanted.priority }),
    ...withLimit(limitChange(wanted.concurrencyLimit, present.concurrencyLimit)),
  };
  return Object.keys(settings).length === 0 ? undefined : { kind: "change queue", queue, settings };
}

const withLimit = (concurrencyLimit: number | null | undefined) =>
  concurrencyLimit === undefined ? {} : { concurrencyLimit };

/** Undefined where nothing would change. */
const limitChange = (
  wanted: number | null | undefined,
  present: number | undefined,
): number | null | undefined =>
  wanted === undefined || (wanted ?? undefined) === present ? undefined : wanted;

/**
 * The queues after one call, as Prefect's server does it: priorities stay unique, and a queue that is in the way moves up
 * by one, and so does the next one if it must (prefect/server/models/workers.py, bulk_update_work_queue_priorities).
 */
function afterStep(queues: readonly PresentQueue[], name: string, settings: WantedQueue): PresentQueue[] {
  const present = queues.find((queue) => queue.name === name);
  const changed: PresentQueue = {
    name,
    priority: settings.priority ?? present?.priority ?? firstFree(queues),
    concurrencyLimit:
      settings.concurrencyLimit === undefined
        ? present?.concurrencyLimit
        : (settings.concurrencyLimit ?? undefined),
  };
  const others = queues.filter((queue) => queue.name !== name).sort(byPriority);
  const place = others.findIndex(({ priority }) => priority >= changed.priority);
  const line = place < 0 ? [...others, changed] : others.toSpliced(place, 0, changed);
  let last = 0;
  return line.map((queue) => {
    last = Math.max(queue.priority, last + 1);
    return { ...queue, priority: last };
  });
}

/** Where the server puts a queue that is made without a priority. */
function firstFree(queues: readonly PresentQueue[]): number {
  const taken = new Set(queues.map(({ priority }) => priority));
  let free = 1;
  while (taken.has(free)) free++;
  return free;
}

const byPriority = (one: PresentQueue, other: PresentQueue): number => one.priority - other.priority;

const poolChange = ({ concurrencyLimit }: Present, limit: number | null | undefined): TemplateChange[] =>
  limit === undefined
    ? []
    : [{ path: "concurrencyLimit", before: concurrencyLimit, after: limit ?? undefined }];

function queueChanges(before: readonly PresentQueue[], after: readonly PresentQueue[]): TemplateChange[] {
  return after.flatMap((queue): TemplateChange[] => {
    const present = before.find(({ name }) => name === queue.name);
    const path = `queues.${queue.name}`;
    if (!present) {
      const { priority, concurrencyLimit } = queue;
      return [
        {
          path,
          before: undefined,
          after: { priority, ...(concurrencyLimit === undefined ? {} : { concurrencyLimit }) },
        },
      ];
    }
    return (["priority", "concurrencyLimit"] as const)
      .filter((field) => present[field] !== queue[field])
      .map((field) => ({ path: `${path}.${field}`, before: present[field], after: queue[field] }));
  });
}
