import type { PrefectWorker } from "./work-pools.ts";

export type WorkerPresence =
  /** ONLINE, with a heartbeat later than the moment that counts. */
  | { readonly kind: "online"; readonly worker: PrefectWorker }
  /** Its last heartbeat is from before that moment, perhaps from the worker it replaces. */
  | { readonly kind: "not since"; readonly worker: PrefectWorker }
  | { readonly kind: "offline"; readonly worker: PrefectWorker }
  /** It never registered in this pool. */
  | { readonly kind: "missing" };

export interface PresenceQuestion {
  /** `dev-worker`; workers of several tasks are called `dev-worker-<task>` and count as well. */
  readonly name: string;
  /**
   * Rows outlive their worker and read ONLINE for 90 s after it died, and a new worker takes over the row of the
   * old one: only a heartbeat after the last old task stopped proves the new one.
   */
  readonly after?: Date;
}

/** The best that the workers of that name have to show. */
export function workerPresence(
  workers: readonly PrefectWorker[],
  question: PresenceQuestion,
): WorkerPresence {
  const ours = workers
    .filter(({ name }) => name === question.name || name.startsWith(`${question.name}-`))
    .sort((a, b) => heartbeatMs(b) - heartbeatMs(a));
  const online = ours.find((worker) => worker.status === "ONLINE" && beatSince(worker, question.after));
  if (online) return { kind: "online", worker: online };
  const latest = ours[0];
  if (!latest) return { kind: "missing" };
  return { kind: beatSince(latest, question.after) ? "offline" : "not since", worker: latest };
}

/** How many of that name have had a heartbeat since: with several tasks, each has a row of its own. */
export function countOnline(workers: readonly PrefectWorker[], question: PresenceQuestion): number {
  return workers.filter((worker) => workerPresence([worker], question).kind === "online").length;
}

/** One sentence for people: what Prefect shows of the worker. */
export function describePresence(presence: WorkerPresence, question: PresenceQuestion): string {
  if (presence.kind === "missing")
    return `Prefect has never seen a worker called ${question.name} in this pool.`;
  const { worker } = presence;
  const beat = worker.lastHeartbeat
    ? `last heartbeat ${worker.lastHeartbeat.toISOString()}`
    : "no heartbeat yet";
  switch (presence.kind) {
    case "online":
      return `${worker.name} is ONLINE (${beat}).`;
    case "offline":
      return `${worker.name} is OFFLINE (${beat}).`;
    case "not since":
      return `${worker.name} has not been heard of since ${question.after?.toISOString()} (${beat}).`;
  }
}

const heartbeatMs = (worker: PrefectWorker): number => worker.lastHeartbeat?.getTime() ?? 0;

const beatSince = (worker: PrefectWorker, after: Date | undefined): boolean =>
  after === undefined || heartbeatMs(worker) > after.getTime();
