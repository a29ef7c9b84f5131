import type { JsonPath } from "./json-path.ts";

/**
 * What places a flow run: cluster, network, roles, logs, launch type. These are ours. Where the wanted template
 * has nothing at such a path, nothing may be there: a leftover would win over what we set.
 */
export const OWNED_JOB_PATHS: readonly JsonPath[] = [
  ["cluster"],
  ["vpc_id"],
  ["network_configuration"],
  ["configure_cloudwatch_logs"],
  ["cloudwatch_logs_options"],
  ["cloudwatch_logs_prefix"],
  ["execution_role_arn"],
  ["task_definition", "executionRoleArn"],
  ["task_run_request", "cluster"],
  ["task_run_request", "launchType"],
  ["task_run_request", "capacityProviderStrategy"],
  ["task_run_request", "networkConfiguration"],
  ["task_run_request", "overrides", "taskRoleArn"],
  ["task_run_request", "overrides", "executionRoleArn"],
];

/**
 * Variables whose default is ours. Deployments may still set them for themselves.
 * `network_configuration` counts only as a default of the whole object, and only beside a `vpc_id`.
 */
export const OWNED_VARIABLES: readonly string[] = [
  "cluster",
  "vpc_id",
  "network_configuration",
  "execution_role_arn",
  "task_role_arn",
  "launch_type",
  "configure_cloudwatch_logs",
  "cloudwatch_logs_options",
  "cloudwatch_logs_prefix",
];

/** A default here would silently replace the launch type. */
export const FORBIDDEN_VARIABLE_DEFAULTS: readonly string[] = ["capacity_provider_strategy"];

/** Parts of the job configuration that are merged by rules of their own. */
export const SPECIAL_JOB_PATHS: readonly JsonPath[] = [["env"], ["task_definition", "containerDefinitions"]];

/** The same for the container that runs the flow. */
export const SPECIAL_CONTAINER_PATHS: readonly JsonPath[] = [["name"], ["secrets"], ["environment"]];

/**
 * Beside a variable's `default` (or `env`): what we last put there, to tell it from what people put there.
 * JSON Schema lets keys be that it does not know.
 */
export const SUGGESTED = "x-prefect-fargate";
