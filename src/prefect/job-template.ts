import stock2 from "./templates/ecs-2.json" with { type: "json" };
import stock3 from "./templates/ecs-3.json" with { type: "json" };

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

/** The template that an ECS pool has by default: prefect-aws 0.4.20's for Prefect 2, 0.7.12's for Prefect 3. */
export function stockTemplate(version: 2 | 3): BaseJobTemplate {
  return structuredClone(version === 2 ? stock2 : stock3) as BaseJobTemplate;
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
