import { isDeepStrictEqual } from "node:util";
import type { Complaint } from "./complaint.ts";
import { DEFAULT_WORK_POOLS } from "./fill-worker.ts";
import { nearest } from "./nearest.ts";
import type { Config, ConfigFields } from "./schema.ts";
import { either } from "./words.ts";

type Report = (complaint: Complaint | undefined, ...path: readonly PropertyKey[]) => void;
type Worker = ConfigFields["workers"][string];

/** Whether what is said of pools fits the workers that serve them. */
export function checkPools({ workers, workPools }: ConfigFields, report: Report): void {
  const sound = Object.entries(workers ?? {}).filter(([, worker]) => isSound(worker));
  const served = [...new Set(sound.map(([, worker]) => poolOf(worker)))];
  for (const name of Object.keys(workPools ?? {})) report(unserved(name, served), "workPools", name);
  for (const [pool, members] of Map.groupBy(sound, ([, worker]) => poolOf(worker))) {
    const [[owner, first], ...others] = members.sort(([one], [other]) => (one < other ? -1 : 1)) as [
      [string, Worker],
      ...[string, Worker][],
    ];
    for (const [name, worker] of others) report(differing(pool, [owner, first], worker), "workers", name);
  }
}

/** Whole sentences on queues in which runs would wait for ever. */
export function queueWarnings({ workers, workPools }: Config): string[] {
  return Object.entries(workPools).flatMap(([pool, { queues }]) => {
    const members = Object.values(workers).filter(({ workPool }) => workPool === pool);
    const servesAll = members.some(({ workQueues }) => workQueues.length === 0);
    const served = new Set(members.flatMap(({ workQueues }) => workQueues));
    return Object.keys(queues)
      .filter((queue) => !servesAll && !served.has(queue))
      .map((queue) => `workPools["${pool}"].queues["${queue}"]: no worker serves this queue; its runs wait.`);
  });
}

function unserved(name: string, served: readonly string[]): Complaint | undefined {
  if (served.length === 0 || served.includes(name)) return undefined;
  const meant = nearest(name, served);
  return {
    aboutKey: true,
    verdict: "is a pool that no worker serves",
    works: `The workers serve ${either(served.map((pool) => JSON.stringify(pool)))}.`,
    remedy: meant === undefined ? "Let a worker serve it, or remove it" : `Write ${JSON.stringify(meant)}`,
  };
}

/** A pool has one job template, and with it one image, size, role and environment of flow runs. */
function differing(pool: string, [owner, first]: [string, Worker], worker: Worker): Complaint | undefined {
  if (first.type !== worker.type)
    return {
      aboutKey: true,
      verdict: `is of type ${worker.type} and serves ${JSON.stringify(pool)}, as ${JSON.stringify(owner)} of type ${first.type} does: a pool has one type`,
      remedy: "Give each a pool of its own",
    };
  const fields = Object.keys(flowsOf(first)) as (keyof Worker["flows"])[];
  const other = fields.find((field) => !isDeepStrictEqual(flowsOf(first)[field], flowsOf(worker)[field]));
  if (other === undefined) return undefined;
  return {
    aboutKey: true,
    verdict: `serves ${JSON.stringify(pool)} as ${JSON.stringify(owner)} does, and differs from it in flows.${other}: a pool has one job template`,
    remedy: "Give both the same flows, or each worker a pool of its own",
  };
}

const poolOf = ({ workPool, type }: Worker): string => workPool ?? DEFAULT_WORK_POOLS[type];

/** Flow runs take the worker's image and processor, where they have none of their own. */
const flowsOf = ({ flows, image, architecture }: Worker) => ({
  ...flows,
  image: flows.image ?? image,
  architecture: flows.architecture ?? architecture,
});

const isSound = (worker: Worker): boolean =>
  typeof worker === "object" &&
  worker !== null &&
  ["ecs", "process"].includes(worker.type) &&
  ["string", "undefined"].includes(typeof worker.workPool) &&
  typeof worker.flows === "object" &&
  worker.flows !== null;
