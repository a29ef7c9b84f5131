import type { Deployment } from "./deployments.ts";
import { isObject, type Json, type JsonObject } from "./job-template.ts";
import { OWNED_VARIABLES } from "./wiring-paths.ts";

export interface OverrideFinding {
  /** `leak`: a secret is sent to RunTask in clear. `elsewhere`: the run leaves the place that the pool is wired to. */
  readonly kind: "leak" | "elsewhere";
  /** `env.PREFECT_API_KEY`, `cluster` */
  readonly variable: string;
  readonly sentence: string;
}

const SECRET_VARIABLES = ["PREFECT_API_KEY", "PREFECT_API_AUTH_STRING"];
/** With a definition of its own, a run has that definition's secrets, logs and execution role. */
const PLACING_VARIABLES = [...OWNED_VARIABLES, "capacity_provider_strategy", "task_definition_arn"];

/**
 * What a deployment's (or a flow run's) own job variables undo of the pool's wiring. A key set there wins over the
 * null that keeps it out of sight, and nothing in the pool can prevent that.
 */
export function overrideFindings(jobVariables: JsonObject): OverrideFinding[] {
  const leaks = SECRET_VARIABLES.filter((name) => isSet(environmentValue(jobVariables, name))).map(
    (name): OverrideFinding => ({
      kind: "leak",
      variable: `env.${name}`,
      sentence: `It sets env.${name} itself: the value is sent to RunTask in clear. Remove it, the task gets it by reference, and make a new key.`,
    }),
  );
  const elsewhere = PLACING_VARIABLES.filter((name) => isSet(jobVariables[name])).map(
    (name): OverrideFinding => ({
      kind: "elsewhere",
      variable: name,
      sentence: `It sets ${name} to ${JSON.stringify(jobVariables[name])} and so decides itself where or how its runs run.`,
    }),
  );
  return [...leaks, ...elsewhere];
}

/** The deployments of a pool that undo its wiring, with what they set. */
export function deploymentFindings(
  deployments: readonly Pick<Deployment, "id" | "name" | "jobVariables">[],
): {
  readonly deployment: { readonly id: string; readonly name: string };
  readonly finding: OverrideFinding;
}[] {
  return deployments.flatMap(({ id, name, jobVariables }) =>
    overrideFindings(jobVariables).map((finding) => ({ deployment: { id, name }, finding })),
  );
}

/** Prefect 3 also reads keys with dots: `"env.PREFECT_API_KEY": "…"`. */
function environmentValue(jobVariables: JsonObject, name: string): Json | undefined {
  const { env } = jobVariables;
  return (isObject(env) ? env[name] : undefined) ?? jobVariables[`env.${name}`];
}

const isSet = (value: Json | undefined): boolean =>
  value !== undefined &&
  value !== null &&
  value !== "" &&
  !(isObject(value) && Object.keys(value).length === 0);
