import { isObject, type Json, type JsonObject } from "./job-template.ts";
import { valueAt } from "./json-path.ts";

/** prefect_aws/workers/ecs_worker.py, ECS_DEFAULT_CONTAINER_NAME. */
const DEFAULT_NAME = "prefect";
const NAME_PLACEHOLDER = /^\{\{\s*container_name\s*\}\}$/;

/**
 * Which of a template's containers runs the flow, found as the worker finds it: by the variable `container_name`,
 * else the one called `prefect`, else the first. Undefined when the definition has none.
 */
export function flowContainerIndex(job: JsonObject, variables: JsonObject): number | undefined {
  const containers = containersOf(job);
  if (containers.length === 0) return undefined;
  const chosen = valueAt(variables, ["properties", "container_name", "default"]);
  const isNamed = (container: Json) =>
    isObject(container) && (container.name === chosen || NAME_PLACEHOLDER.test(String(container.name)));
  const byVariable = typeof chosen === "string" ? containers.findIndex(isNamed) : -1;
  if (byVariable >= 0) return byVariable;
  const byDefault = containers.findIndex(
    (container) => isObject(container) && container.name === DEFAULT_NAME,
  );
  return Math.max(byDefault, 0);
}

export function containersOf(job: JsonObject): Json[] {
  const containers = valueAt(job, ["task_definition", "containerDefinitions"]);
  return Array.isArray(containers) ? containers : [];
}

export function flowContainer(job: JsonObject, variables: JsonObject): JsonObject | undefined {
  const index = flowContainerIndex(job, variables);
  const container = index === undefined ? undefined : containersOf(job)[index];
  return isObject(container) ? container : undefined;
}

export interface SecretReference extends JsonObject {
  name: string;
  valueFrom: string;
}

/** The container's `secrets` that are well formed. https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Secret.html */
export function secretsOf(container: JsonObject | undefined): SecretReference[] {
  const secrets = container?.secrets;
  if (!Array.isArray(secrets)) return [];
  return secrets.filter(
    (item): item is SecretReference =>
      isObject(item) && typeof item.name === "string" && typeof item.valueFrom === "string",
  );
}
