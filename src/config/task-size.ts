import type { Complaint } from "./complaint.ts";
import { either } from "./words.ts";

export interface TaskSize {
  /** Units of 1/1024 vCPU. */
  readonly cpu: number;
  readonly memoryMiB: number;
}

/** Of worker and flow runs, where nothing else is written. */
export const DEFAULT_TASK_SIZE: TaskSize = { cpu: 512, memoryMiB: 1024 };

/** Memory that Fargate offers beside each CPU size, in MiB: from, to, step.
 *  https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html#fargate-tasks-size */
const MEMORY_BY_CPU: readonly (readonly [cpu: number, from: number, to: number, step: number])[] = [
  [512, 1024, 4096, 1024],
  [1024, 2048, 8192, 1024],
  [2048, 4096, 16_384, 1024],
  [4096, 8192, 30_720, 1024],
  [8192, 16_384, 61_440, 4096],
  [16_384, 32_768, 122_880, 8192],
];

/** Every size of a Fargate task, small to large. The smallest has no common step. */
export const TASK_SIZES: ReadonlyMap<number, readonly number[]> = new Map([
  [256, [512, 1024, 2048]],
  ...MEMORY_BY_CPU.map(([cpu, from, to, step]) => [cpu, range(from, to, step)] as const),
]);

export const CPU_SIZES: readonly number[] = [...TASK_SIZES.keys()];

/** The smallest size with at least this much of both, if Fargate has one. */
export function smallestTaskSize({ cpu, memoryMiB }: TaskSize): TaskSize | undefined {
  for (const [size, memories] of TASK_SIZES) {
    const memory = size >= cpu ? memories.find((offered) => offered >= memoryMiB) : undefined;
    if (memory !== undefined) return { cpu: size, memoryMiB: memory };
  }
  return undefined;
}

export function cpuRule(cpu: number): Complaint | undefined {
  if (TASK_SIZES.has(cpu)) return undefined;
  const works = `Fargate offers ${either(CPU_SIZES)} units; 1024 units are one vCPU.`;
  const asVcpu = TASK_SIZES.has(cpu * 1024) ? cpu * 1024 : undefined;
  const suggestion = asVcpu ?? CPU_SIZES.find((size) => size >= cpu) ?? CPU_SIZES.at(-1)!;
  return { verdict: "is not a CPU size of Fargate", works, suggestion };
}

/** CPU size and memory must be a pair that AWS offers; AWS itself says so only when the task definition is registered. */
export function taskSizeRule(size: TaskSize): Complaint | undefined {
  const { cpu, memoryMiB } = size;
  const memories = TASK_SIZES.get(cpu);
  if (memories === undefined || memories.includes(memoryMiB)) return undefined;
  const complaint = {
    verdict: `does not fit cpu ${cpu}`,
    works: `Fargate offers ${describeMemories(memories)} at this size.`,
  };
  const asGiB = memories.find((offered) => offered === memoryMiB * 1024);
  const sameCpu = asGiB ?? memories.find((offered) => offered >= memoryMiB);
  if (sameCpu !== undefined) return { ...complaint, suggestion: sameCpu };
  const larger = smallestTaskSize(size);
  return larger === undefined
    ? { ...complaint, suggestion: memories.at(-1)! }
    : { ...complaint, remedy: `Set cpu: ${larger.cpu} and memoryMiB: ${larger.memoryMiB}` };
}

function describeMemories(memories: readonly number[]): string {
  if (memories.length <= 8) return either(memories);
  return `${memories[0]} to ${memories.at(-1)} in steps of ${memories[1]! - memories[0]!}`;
}

function range(from: number, to: number, step: number): number[] {
  return Array.from({ length: (to - from) / step + 1 }, (_, index) => from + index * step);
}
