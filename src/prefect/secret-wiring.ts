import { containersOf, flowContainer, flowContainerIndex, secretsOf } from "./flow-container.ts";
import { isObject, type Json, type JsonObject } from "./job-template.ts";
import { putAt, valueAt } from "./json-path.ts";
import { SUGGESTED } from "./wiring-paths.ts";

/** What a flow run may be given to say who it is. A server that asks otherwise than before leaves one behind. */
const CREDENTIALS = ["PREFECT_API_KEY", "PREFECT_API_AUTH_STRING"];
const CERTIFICATES = ["PREFECT_FARGATE_CA"];

/** The halves of a template while it is being wired. */
export interface Draft {
  readonly job: JsonObject;
  readonly variables: JsonObject;
}

/**
 * Keeps secrets (the API key) out of what the worker sends to RunTask, where everybody who may describe tasks could
 * read them. The worker copies its own settings into each run's overrides, the key included, unless the job's `env`
 * says null; the task then gets the key by `secrets` of its definition. One fragment does it for Prefect 2 and 3:
 *
 *     "env": { "PREFECT_API_KEY": null },
 *     "task_definition": { "containerDefinitions": [{ "secrets": [{ "name": "PREFECT_API_KEY", "valueFrom": "arn:…" }] }] }
 *
 * A default of the variable `env` would replace that `env` as a whole in Prefect 2 (prefect/workers/base.py,
 * from_template_and_values), and the key would leak while every run still completes. So it is moved into the job's `env`,
 * which has the same effect for the runs. Prefect 3's own `prefect_api_key_secret_arn` fails every run with a KeyError when
 * `env` holds the null, and is taken away.
 */
export function wireSecrets(draft: Draft, desired: Draft): string[] {
  const secrets = secretsOf(flowContainer(desired.job, desired.variables));
  const names = secrets.map(({ name }) => name);
  const warnings = [
    ...wireEnvironment(draft, desired, names),
    ...wireContainers(draft, secrets),
    ...cleanOverrides(draft, names),
  ];
  wireCertificates(draft, desired);
  for (const name of names) {
    const field = `${name.toLowerCase()}_secret_arn`;
    delete draft.job[field];
    const properties = draft.variables.properties;
    if (isObject(properties)) delete properties[field];
  }
  return warnings;
}

function wireEnvironment(draft: Draft, desired: Draft, secretNames: readonly string[]): string[] {
  const { job, variables } = draft;
  const warnings: string[] = [];
  const own = isObject(job.env) ? job.env : {};
  if (typeof job.env === "string" && !/^\{\{\s*env\s*\}\}$/.test(job.env))
    warnings.push(
      `job_configuration.env was ${job.env}, which cannot hold what keeps the API key out of sight: it was replaced.`,
    );
  const property = valueAt(variables, ["properties", "env"]);
  const defaults = isObject(property) && isObject(property.default) ? property.default : {};
  const wanted = isObject(desired.job.env) ? desired.job.env : {};
  for (const name of secretNames)
    if (isClear(own[name]) || isClear(defaults[name]))
      warnings.push(inTheClear("the pool's environment", name));
  const nulls = Object.fromEntries(secretNames.map((name) => [name, null]));
  const env: JsonObject = { ...own, ...defaults, ...wanted, ...nulls };
  for (const name of left(secretNames)) if (env[name] === null) delete env[name];
  const ours = Object.keys(wanted).filter((name) => !secretNames.includes(name));
  if (isObject(property)) {
    const before = Array.isArray(property[SUGGESTED]) ? property[SUGGESTED] : [];
    for (const name of before)
      if (!(String(name) in wanted) && !secretNames.includes(String(name))) delete env[String(name)];
    putAt(property, [SUGGESTED], ours.length > 0 ? ours.sort() : undefined);
    if (Object.keys(defaults).length > 0) delete property.default;
  }
  if (isObject(job.env) || Object.keys(env).length > 0) job.env = structuredClone(env);
  return warnings;
}

function wireContainers(
  { job, variables }: Draft,
  secrets: readonly { name: string; valueFrom: string }[],
): string[] {
  const names = secrets.map(({ name }) => name);
  const index = flowContainerIndex(job, variables);
  return containersOf(job).flatMap((container, place) => {
    if (!isObject(container)) return [];
    const clear = names.filter((name) => isClear(listed(container.environment, name)));
    if (place !== index)
      return clear.map((name) => `${inTheClear(`the container ${container.name}`, name)} It was left there.`);
    if (Array.isArray(container.environment))
      container.environment = container.environment.filter((item) => !isNamed(item, names));
    const stays = Array.isArray(container.secrets)
      ? container.secrets.filter((item) => !isNamed(item, left(names)))
      : undefined;
    if (stays || secrets.length > 0) container.secrets = mergeNamed(stays, secrets);
    if (stays?.length === 0 && secrets.length === 0) delete container.secrets;
    return clear.map((name) => inTheClear("the task definition", name));
  });
}

/**
 * Certificates of a private authority stand in the container's environment. What is no secret would stand in the job's `env`,
 * but that is sent with RunTask's overrides, which could not hold them.
 */
function wireCertificates({ job, variables }: Draft, desired: Draft): void {
  const container = flowContainer(job, variables);
  if (!container) return;
  const wanted = flowContainer(desired.job, desired.variables)?.environment;
  const ours = Array.isArray(wanted) ? wanted.filter((item) => isNamed(item, CERTIFICATES)) : [];
  const current = Array.isArray(container.environment)
    ? container.environment
    : Object.entries(isObject(container.environment) ? container.environment : {}).map(([name, value]) => ({
        name,
        value,
      }));
  const isThere = current.some((item) => isNamed(item, CERTIFICATES));
  if (ours.length === 0 && !isThere) return;
  const stays = ours.length > 0 ? current : current.filter((item) => !isNamed(item, CERTIFICATES));
  container.environment = mergeNamed(stays, ours as { name: string }[]);
  if (container.environment.length === 0) delete container.environment;
}

/** Ours in the place of those of the same name, the others as they are. */
function mergeNamed(current: Json | undefined, ours: readonly ({ name: string } & JsonObject)[]): Json[] {
  const list = Array.isArray(current) ? current : [];
  const nameOf = (item: Json) => (isObject(item) ? item.name : undefined);
  const kept = list.map((item) => ours.find(({ name }) => name === nameOf(item)) ?? item);
  const added = ours.filter(({ name }) => !list.some((item) => nameOf(item) === name));
  return structuredClone([...kept, ...added]);
}

/** What is written into the overrides by hand is sent to RunTask whatever `env` says. */
function cleanOverrides({ job }: Draft, names: readonly string[]): string[] {
  const overrides = valueAt(job, ["task_run_request", "overrides", "containerOverrides"]);
  if (!Array.isArray(overrides)) return [];
  return overrides.filter(isObject).flatMap((override) => {
    const clear = names.filter((name) => isClear(listed(override.environment, name)));
    const { environment } = override;
    if (Array.isArray(environment))
      override.environment = environment.filter((item) => !isNamed(item, names));
    if (isObject(environment)) for (const name of names) delete environment[name];
    return clear.map((name) => inTheClear("the container overrides", name));
  });
}

const left = (names: readonly string[]): string[] => CREDENTIALS.filter((name) => !names.includes(name));

const isNamed = (item: Json, names: readonly string[]): boolean =>
  isObject(item) && typeof item.name === "string" && names.includes(item.name);

/** The value of a variable in either of the two ways an environment is written. */
function listed(environment: Json | undefined, name: string): Json | undefined {
  if (isObject(environment)) return environment[name];
  if (!Array.isArray(environment)) return undefined;
  const item = environment.find((entry) => isNamed(entry, [name]));
  return isObject(item) ? item.value : undefined;
}

const isClear = (value: Json | undefined): boolean => value !== undefined && value !== null && value !== "";

const inTheClear = (place: string, name: string): string =>
  `${name} stood in clear in ${place}, where everybody who may read the work pool saw it. Make a new one and delete that one.`;
