import type { WorkerConfig } from "#config/schema.ts";
import { joinBlocks, renderBlock } from "#terraform/hcl.ts";
import type { Workers } from "./workers-local.ts";

/** Where a worker of each type is, and what its service is called by who sets the number of its tasks. */
const MODULES = { ecs: "worker", process: "process_worker" } as const;
const SERVICES = { fixed: "worker", scaled: "scaled" } as const;

/**
 * What lets a worker change its type or its scaling: whatever it was before, what it has is taken over. A move from
 * where nothing is does nothing, so that these need not know what was applied last.
 */
export const movedBlocks = (workers: Workers): string =>
  joinBlocks(Object.entries(workers).flatMap(([name, worker]) => movesOf(name, worker)));

function movesOf(name: string, { type, scaling }: WorkerConfig): string[] {
  const here = `module.${MODULES[type]}[${JSON.stringify(name)}]`;
  const elsewhere = `module.${MODULES[type === "ecs" ? "process" : "ecs"]}[${JSON.stringify(name)}]`;
  const mode = scaling.mode === "fixed" ? "fixed" : "scaled";
  const service = (of: keyof typeof SERVICES) => `${here}.aws_ecs_service.${SERVICES[of]}[0]`;
  return [moved(elsewhere, here), moved(service(mode === "fixed" ? "scaled" : "fixed"), service(mode))];
}

const moved = (from: string, to: string): string => renderBlock("moved", [], { from, to });
