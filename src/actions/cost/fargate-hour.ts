import { PRICES, type Price } from "./prices.ts";

export interface TaskSize {
  /** 1024 are one vCPU. */
  readonly cpu: number;
  readonly memoryMiB: number;
  readonly isArm: boolean;
}

/** What a Fargate task of a size costs in an hour, in dollars of us-east-1. */
export function fargateHour({ cpu, memoryMiB, isArm }: TaskSize): { usd: number; prices: readonly Price[] } {
  const prices = isArm
    ? [PRICES.fargateArmCpu, PRICES.fargateArmMemory]
    : [PRICES.fargateCpu, PRICES.fargateMemory];
  const [perCpu, perGb] = prices as [Price, Price];
  return { usd: (cpu / 1024) * perCpu.usd + (memoryMiB / 1024) * perGb.usd, prices };
}
