import ecs2 from "./templates/ecs-2.json" with { type: "json" };
import ecs3 from "./templates/ecs-3.json" with { type: "json" };
import process2 from "./templates/process-2.json" with { type: "json" };
import process3 from "./templates/process-3.json" with { type: "json" };

export type Json = null | boolean | number | string | Json[] | JsonObject;
export interface JsonObject {
  [key: string]: Json;
}

/**
 * What a work pool gives its worker to make a job of a flow run: a configuration with `{{ placeholders }}`
 * and the schema of the variables behind them. https://docs.prefect.io/v3/concepts/work-pools#base-job-template
 */
export interface BaseJobTemplate {
  readonly job_configuration: JsonObject;
  readonly variables: JsonObject;
}

/** The types of work pool that our workers serve. */
export type PoolType = "ecs" | "process";

const STOCK = { ecs: { 2: ecs2, 3: ecs3 }, process: { 2: process2, 3: process3 } } as const;

/**
 * The template that a pool of that type has by default. Of an ECS pool it is prefect-aws 0.4.20's for Prefect 2 and 0.7.12's
 * for Prefect 3, of a process pool that of Prefect 2.20.26 and 3.8.8.
 */
export function stockTemplate(version: 2 | 3, type: PoolType = "ecs"): BaseJobTemplate {
  return structuredClone(STOCK[type][version]) as unknown as BaseJobTemplate;
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
