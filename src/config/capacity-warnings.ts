import { mostTasks } from "./fill-worker.ts";
import type { Config } from "./schema.ts";
import { count } from "./words.ts";

/** Read by Prefect 3's `prefect flow-run execute`: a run that is stopped is scheduled again instead of failing. */
const SIGTERM_BEHAVIOR = "PREFECT_FLOW_RUN_EXECUTE_SIGTERM_BEHAVIOR";

type Capacity = Config["workers"][string]["capacity"];

/** What Spot may take away. */
export function capacityWarnings({ workers, prefect }: Config): string[] {
  return Object.entries(workers).flatMap(([name, worker]) => {
    const { capacity, flows } = worker;
    const where = `workers["${name}"]`;
    return [
      ...spotWarnings(`${where}.capacity`, capacity, mostTasks(worker)),
      ...(flows.capacity === "spot" &&
      prefect.version === 3 &&
      flows.environment[SIGTERM_BEHAVIOR] === undefined
        ? [
            `${where}.flows.capacity: a flow run that AWS takes from Spot ends as Crashed. With ${SIGTERM_BEHAVIOR} = "reschedule" in flows.environment it starts anew.`,
          ]
        : []),
    ];
  });
}

export function spotWarnings(where: string, capacity: Capacity, tasks: number): string[] {
  if (capacity.kind !== "spot") return [];
  const { onDemandBase, onDemandWeight } = capacity;
  if (onDemandBase === 0 && onDemandWeight === 0)
    return [
      `${where} has no on-demand base: AWS may take every task at once, and may have none to give for a while.`,
    ];
  if (tasks > 0 && onDemandBase >= tasks)
    return [`${where}: none of ${count(tasks, "task")} runs on Spot, as onDemandBase is ${onDemandBase}.`];
  return [];
}
