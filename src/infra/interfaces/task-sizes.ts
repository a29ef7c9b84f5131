import { TASK_SIZES } from "#config/task-size.ts";
import type { Validation } from "#terraform/module-interface.ts";

/** CPU and memory must be a pair that Fargate offers: AWS says so only when it registers the task definition. */
export const taskSize = (cpu: string, memory: string): Validation => ({
  condition: `try(contains({ ${sizesInHcl()} }[tostring(var.${cpu})], var.${memory}), false)`,
  message: `${cpu} and ${memory} must be a pair that Fargate offers, such as 512 and 1024.`,
});

const sizesInHcl = (): string =>
  [...TASK_SIZES].map(([cpu, memories]) => `"${cpu}" = ${memoriesInHcl(memories)}`).join(", ");

function memoriesInHcl(memories: readonly number[]): string {
  const step = memories[1]! - memories[0]!;
  const even = memories.every((memory, index) => memory === memories[0]! + index * step);
  return even ? `range(${memories[0]}, ${memories.at(-1)! + 1}, ${step})` : `[${memories.join(", ")}]`;
}
