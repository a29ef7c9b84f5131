import type { Plan, PlannedResource } from "./plan.ts";

/** What would happen to one top-level attribute of a resource. */
export interface AttributeChange {
  readonly name: string;
  /** Absent where it is sensitive. */
  readonly before?: unknown;
  /** Absent where it is sensitive or only known after apply. */
  readonly after?: unknown;
  readonly isSensitive: boolean;
  readonly isKnownAfterApply: boolean;
  /** Changing it cannot be done in place, so the resource is replaced. */
  readonly forcesReplacement: boolean;
}

/**
 * The part we read of what `show -json PLAN` prints.
 *
 * @see https://developer.hashicorp.com/terraform/internals/json-format#change-representation
 */
export interface PlanJson {
  readonly resource_changes?: readonly { readonly address: string; readonly change: ChangeJson }[];
  readonly output_changes?: Readonly<Record<string, ValueChangeJson>>;
  readonly planned_values?: { readonly root_module?: ModuleJson };
}

interface ModuleJson {
  readonly resources?: readonly {
    readonly address: string;
    readonly mode: string;
    readonly type: string;
    readonly values?: Values;
    readonly sensitive_values?: Values | boolean;
  }[];
  readonly child_modules?: readonly ModuleJson[];
}

/** The change of an output. */
interface ValueChangeJson {
  readonly after?: unknown;
  readonly after_sensitive?: unknown;
}

interface ChangeJson extends ValueChangeJson {
  readonly before?: Values | null;
  readonly after?: Values | null;
  readonly after_unknown?: Values;
  readonly before_sensitive?: Values | boolean;
  readonly after_sensitive?: Values | boolean;
  readonly replace_paths?: readonly (readonly (string | number)[])[];
}

type Values = Readonly<Record<string, unknown>>;

/** Adds the values that are known before an apply, and to updates and replacements which attributes differ, and how. */
export function withAttributes(plan: Plan, json: PlanJson): Plan {
  const byAddress = new Map(json.resource_changes?.map(({ address, change }) => [address, change]));
  const changes = plan.changes.map((change) => {
    const found = byAddress.get(change.address);
    if (found === undefined) return change;
    const differs = change.action === "update" || change.action === "replace";
    return { ...change, values: readValues(found), attributes: differs ? readAttributes(found) : [] };
  });
  const outputs = Object.entries(json.output_changes ?? {})
    .filter(([, { after_sensitive }]) => !isTrueSomewhere(after_sensitive))
    .map(([name, { after }]) => [name, after]);
  const resources = resourcesIn(json.planned_values?.root_module ?? {});
  return { ...plan, changes, outputs: Object.fromEntries(outputs), resources };
}

function resourcesIn({ resources = [], child_modules = [] }: ModuleJson): PlannedResource[] {
  const own = resources
    .filter(({ mode }) => mode === "managed")
    .map(({ address, type, values = {}, sensitive_values }) => ({
      address,
      type,
      values: withoutSensitive(values, sensitive_values),
    }));
  return [...own, ...child_modules.flatMap(resourcesIn)];
}

/** Of what is destroyed there is only the past to tell. */
function readValues({ before, after, before_sensitive, after_sensitive }: ChangeJson): Values {
  const [values, sensitive] = after ? [after, after_sensitive] : [before ?? {}, before_sensitive];
  return withoutSensitive(values, sensitive);
}

const withoutSensitive = (values: Values, marks: Values | boolean | undefined): Values =>
  Object.fromEntries(Object.entries(values).filter(([name]) => !isMarked(marks, name)));

function readAttributes(change: ChangeJson): AttributeChange[] {
  const before = change.before ?? {};
  const after = change.after ?? {};
  const unknown = change.after_unknown ?? {};
  const forcing = new Set((change.replace_paths ?? []).map(([name]) => String(name)));
  const names = [...new Set([...Object.keys(before), ...Object.keys(after), ...Object.keys(unknown)])].sort();
  return names
    .filter((name) => isMarked(unknown, name) || !isSame(before[name], after[name]))
    .map((name) => {
      const isSensitive = isMarked(change.before_sensitive, name) || isMarked(change.after_sensitive, name);
      const isKnownAfterApply = isMarked(unknown, name);
      return {
        name,
        ...(isSensitive ? {} : { before: before[name] }),
        ...(isSensitive || isKnownAfterApply ? {} : { after: after[name] }),
        isSensitive,
        isKnownAfterApply,
        forcesReplacement: forcing.has(name),
      };
    });
}

const isMarked = (marks: Values | boolean | undefined, name: string): boolean =>
  typeof marks === "boolean" ? marks : isTrueSomewhere(marks?.[name]);

/** Marks mirror the shape of the value: true somewhere inside means a part of it. */
function isTrueSomewhere(mark: unknown): boolean {
  if (typeof mark === "boolean") return mark;
  return typeof mark === "object" && mark !== null && Object.values(mark).some(isTrueSomewhere);
}

/** Provider and Terraform write an absent value as null or leave it out. */
const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(a ?? null) === JSON.stringify(b ?? null);
