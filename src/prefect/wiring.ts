import { containersOf, flowContainer } from "./flow-container.ts";
import { type BaseJobTemplate, isObject, type Json, type JsonObject, stockTemplate } from "./job-template.ts";
import { equal, type JsonPath, leafPaths, putAt, valueAt } from "./json-path.ts";
import { type Draft, wireSecrets } from "./secret-wiring.ts";
import { type TemplateChange, templateDiff } from "./template-diff.ts";
import {
  FORBIDDEN_VARIABLE_DEFAULTS,
  OWNED_JOB_PATHS,
  OWNED_VARIABLES,
  SPECIAL_CONTAINER_PATHS,
  SPECIAL_JOB_PATHS,
  SUGGESTED,
} from "./wiring-paths.ts";

export type { TemplateChange } from "./template-diff.ts";

export interface Wired {
  readonly template: BaseJobTemplate;
  /** Empty when the pool is wired already. */
  readonly diff: readonly TemplateChange[];
  /** Where the pool has a value of its own that is not ours: sentences. */
  readonly kept: readonly string[];
  /** Whole sentences: what a person should know or do. */
  readonly warnings: readonly string[];
}

/**
 * Fits a work pool's template to the infrastructure, and keeps what people changed in it:
 *
 * - cluster, network, roles, logs and launch type are taken from `desired`;
 * - secrets reach flow runs by reference only (see secret-wiring.ts);
 * - everything else in `desired` (image, cpu, memory …) is a suggestion: it is taken where the pool has nothing of its own,
 *   which is nothing at all, what a stock template has, or what we once suggested.
 *
 * Wiring twice changes nothing the second time. For a new pool, `current` is a stock template or `desired` itself.
 */
export function wire(current: BaseJobTemplate, desired: BaseJobTemplate): Wired {
  const before = draftOf(current);
  const wanted = draftOf(desired);
  if (!startsTasks(wanted)) return leave(before, wanted);
  const draft = structuredClone(Object.keys(before.job).length === 0 ? wanted : before);
  const mended = mendShape(draft, wanted);
  const stocks = ([2, 3] as const).map((version) => draftOf(stockTemplate(version)));
  suggestFields(draft, wanted, stocks);
  own(draft, wanted);
  declareVariables(draft, wanted);
  const kept = suggestDefaults(propertiesOf(draft), propertiesOf(wanted), stocks.map(propertiesOf));
  const secrets = wireSecrets(draft, wanted);
  const warnings = [...mended, ...secrets, ...bypasses(draft, wanted)];
  const template = { job_configuration: draft.job, variables: draft.variables };
  const original = { job_configuration: before.job, variables: before.variables };
  return { template, diff: templateDiff(original, template), kept, warnings };
}

/** The template of a `process` pool says nothing of tasks: its runs are where their worker is. */
const startsTasks = ({ job }: Draft): boolean => isObject(job.task_definition);

/** Nothing in such a template depends on the infrastructure, so whatever the pool has stays. */
function leave(before: Draft, wanted: Draft): Wired {
  const asTemplate = ({ job, variables }: Draft) => ({ job_configuration: job, variables });
  const template = asTemplate(Object.keys(before.job).length === 0 ? wanted : before);
  return { template, diff: templateDiff(asTemplate(before), template), kept: [], warnings: [] };
}

/** A pool made without a template has an empty one. */
function draftOf({ job_configuration, variables }: BaseJobTemplate): Draft {
  const draft = {
    job: isObject(job_configuration) ? job_configuration : {},
    variables: isObject(variables) ? variables : {},
  };
  return structuredClone(draft);
}

/** The objects that hold our paths must be objects: a placeholder in their place is replaced. */
function mendShape(draft: Draft, wanted: Draft): string[] {
  const warnings: string[] = [];
  const mend = (root: JsonObject, from: JsonObject, path: JsonPath, name: string) => {
    const found = valueAt(root, path);
    if (isObject(found)) return;
    if (found !== undefined)
      warnings.push(
        `${name} was ${JSON.stringify(found)}, which leaves no place for the wiring: it was replaced.`,
      );
    const parts = valueAt(from, path);
    putAt(root, path, isObject(parts) ? parts : {});
  };
  mend(draft.variables, wanted.variables, ["properties"], "variables.properties");
  for (const path of [["task_definition"], ["task_run_request"], ["task_run_request", "overrides"]])
    mend(draft.job, wanted.job, path, `job_configuration.${path.join(".")}`);
  if (containersOf(draft.job).length === 0) {
    const containers = containersOf(wanted.job);
    putAt(draft.job, ["task_definition", "containerDefinitions"], containers);
  }
  return warnings;
}

/** Takes from `wanted` what the job configuration has no value of its own for. */
function suggestFields(draft: Draft, wanted: Draft, stocks: readonly Draft[]): void {
  const stockJobs = stocks.map(({ job }) => job);
  fill(draft.job, wanted.job, stockJobs, SPECIAL_JOB_PATHS);
  const container = flowContainer(draft.job, draft.variables);
  const wantedContainer = flowContainer(wanted.job, wanted.variables);
  const stockContainers = stocks.map(({ job, variables }) => flowContainer(job, variables) ?? {});
  if (container && wantedContainer)
    fill(container, wantedContainer, stockContainers, SPECIAL_CONTAINER_PATHS);
}

/**
 * The same for the defaults of variables, with a sentence for each that stays. A default that we once set and nobody
 * changed since follows ours when it changes.
 */
function suggestDefaults(mine: JsonObject, wanted: JsonObject, stocks: readonly JsonObject[]): string[] {
  const kept: string[] = [];
  for (const [name, property] of Object.entries(mine)) {
    if (!isObject(property) || OWNED_VARIABLES.includes(name) || name === "env") continue;
    const isStock = (value: Json | undefined) =>
      stocks.some((stock) => equal(valueAt(stock, [name, "default"]), value));
    const suggested = valueAt(wanted, [name, "default"]) ?? undefined;
    const { default: present, [SUGGESTED]: before } = property;
    const isOurs = before !== undefined && equal(present, before);
    const isFree = present === undefined || present === null || isOurs || isStock(present);
    if (suggested === undefined && !isOurs) continue;
    if (isFree || equal(present, suggested)) {
      putAt(property, ["default"], suggested);
      putAt(property, [SUGGESTED], isStock(suggested) ? undefined : suggested);
    } else {
      kept.push(
        `${name} is ${JSON.stringify(present)} in the pool; ${JSON.stringify(suggested)} was not put there.`,
      );
    }
  }
  return kept;
}

/**
 * What is missing although every stock template has it was removed by somebody, and stays so; what is as in a stock
 * template was not changed by anybody, and follows ours.
 */
function fill(
  mine: JsonObject,
  wanted: JsonObject,
  stocks: readonly JsonObject[],
  except: readonly JsonPath[],
): void {
  for (const path of leafPaths(wanted)) {
    if (except.some((prefix) => equal([...prefix], path.slice(0, prefix.length)))) continue;
    const value = valueAt(wanted, path);
    const present = valueAt(mine, path);
    const stockValues = stocks.map((stock) => valueAt(stock, path));
    const isStock = (candidate: typeof value) =>
      stockValues.some((stock) => stock !== undefined && equal(stock, candidate));
    if (present === undefined ? isStock(value) : !isStock(present)) continue;
    for (let depth = 1; depth < path.length; depth++)
      if (valueAt(mine, path.slice(0, depth)) === undefined) putAt(mine, path.slice(0, depth), {});
    putAt(mine, path, value);
  }
}

function own(draft: Draft, wanted: Draft): void {
  for (const path of OWNED_JOB_PATHS) putAt(draft.job, path, valueAt(wanted.job, path));
  for (const name of OWNED_VARIABLES) {
    const value = valueAt(propertiesOf(wanted), [name, "default"]);
    if (value === undefined || value === null) continue;
    if (!isObject(propertiesOf(draft)[name])) putAt(propertiesOf(draft), [name], propertiesOf(wanted)[name]);
    putAt(propertiesOf(draft), [name, "default"], value);
  }
  for (const name of FORBIDDEN_VARIABLE_DEFAULTS) {
    const value = valueAt(propertiesOf(wanted), [name, "default"]);
    if (valueAt(propertiesOf(draft), [name, "default"])) putAt(propertiesOf(draft), [name, "default"], value);
  }
}

/** Prefect refuses a template whose placeholders have no variable behind them, or whose variables lack a definition. */
function declareVariables({ job, variables }: Draft, wanted: Draft): void {
  const properties = propertiesOf({ job, variables });
  for (const [, name = ""] of JSON.stringify(job).matchAll(/\{\{\s*([\w-]+)\s*\}\}/g))
    if (!(name in properties)) putAt(properties, [name], propertiesOf(wanted)[name]);
  const used = JSON.stringify(properties).matchAll(/"#\/definitions\/([^"]+)"/g);
  const isMissing = ([, name = ""]: string[]) => valueAt(variables, ["definitions", name]) === undefined;
  // Definitions use each other: they come together.
  if ([...used].some(isMissing) && isObject(wanted.variables.definitions))
    variables.definitions = structuredClone({
      ...wanted.variables.definitions,
      ...(isObject(variables.definitions) ? variables.definitions : {}),
    });
}

/** Ways around the wiring that are the user's to decide. */
function bypasses(draft: Draft, wanted: Draft): string[] {
  const warnings: string[] = [];
  const definition =
    valueAt(propertiesOf(draft), ["task_definition_arn", "default"]) ??
    literal(valueAt(draft.job, ["task_run_request", "taskDefinition"]));
  const wantedDefinition = valueAt(propertiesOf(wanted), ["task_definition_arn", "default"]);
  if (definition && !equal(definition, wantedDefinition))
    warnings.push(
      `The pool runs a task definition of its own, ${JSON.stringify(definition)}: execution role, logs and secrets are what that definition says. ` +
        "It must hold PREFECT_API_KEY among its secrets.",
    );
  if (/\{\{\s*\$PREFECT_API_(KEY|AUTH_STRING)\s*\}\}/.test(JSON.stringify(draft.job)))
    warnings.push(
      "The pool's template asks for the worker's own PREFECT_API_KEY by a {{ $… }} placeholder: it is sent to RunTask in clear. Remove the placeholder.",
    );
  return warnings;
}

const literal = (value: unknown): string | undefined =>
  typeof value === "string" && !value.includes("{{") ? value : undefined;

function propertiesOf({ variables }: Draft): JsonObject {
  return isObject(variables.properties) ? variables.properties : {};
}
