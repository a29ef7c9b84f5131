import type { Config } from "./schema.ts";

type Worker = Config["workers"][string];

/** Scaling that can be had and does not do what one might hope. */
export function scalingWarnings({ workers, prefect }: Config): string[] {
  return Object.entries(workers).flatMap(([name, worker]) => {
    const where = `workers["${name}"]`;
    return worker.type === "ecs"
      ? submitterWarnings(where, worker, prefect.version)
      : executorWarnings(where, worker);
  });
}

/** A worker that only submits is never busy itself. */
function submitterWarnings(where: string, { scaling }: Worker, version: 2 | 3): string[] {
  if (scaling.mode === "fixed") return [];
  if (scaling.mode !== "queue")
    return [
      `${where}.scaling: the ${scaling.mode === "cpu" ? "CPU" : "memory"} use of an ecs worker says nothing about its work, which runs in tasks of its own. Mode "queue" looks at the work.`,
    ];
  const warnings: string[] = [];
  if (scaling.maxTasks > 1)
    warnings.push(
      `${where}.scaling.maxTasks: one ecs worker submits many runs a second, so a second is never asked for; only minTasks brings more than one.`,
    );
  if (scaling.minTasks === 0 && version === 3)
    warnings.push(
      `${where}.scaling: while this worker sleeps nobody hears of a run's crash, as Prefect 3 learns of it from the worker. So it stays awake while Prefect shows runs in flight; a run that is thought to be over is not watched any more.`,
    );
  return warnings;
}

/** Runs inside the tasks end with them. */
function executorWarnings(where: string, { capacity, scaling }: Worker): string[] {
  const warnings: string[] = [];
  if (capacity.kind === "spot")
    warnings.push(
      `${where}.capacity: when AWS takes a Spot task away, the flow runs inside are lost and stay Running in Prefect. Task protection does not hold it back.`,
    );
  if (scaling.mode === "cpu" || scaling.mode === "memory")
    warnings.push(
      `${where}.scaling: target tracking reacts after minutes and sees neither the queue nor what is due next. Mode "queue" sees both.`,
    );
  return warnings;
}
