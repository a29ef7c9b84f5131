import type { ResourceAction } from "./events.ts";

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

export interface ResourceChange {
  readonly address: string;
  /** `module.worker["dev-worker"]`, or "" in the root. */
  readonly module: string;
  readonly type: string;
  readonly name: string;
  readonly action: ResourceAction;
  /** Terraform's reason in words: `one of its values cannot be changed in place`. */
  readonly reason: string | undefined;
  /** It was known by this address before. */
  readonly previousAddress: string | undefined;
  /** It exists already and is taken over by this id. */
  readonly importId: string | undefined;
  /** Of an update or a replacement: what differs. */
  readonly attributes: readonly AttributeChange[];
}

export interface Plan {
  readonly file: string;
  /** Without those that stay as they are and those that are only read. */
  readonly changes: readonly ResourceChange[];
  readonly add: number;
  readonly change: number;
  readonly replace: number;
  readonly destroy: number;
  /** Nothing would be done, not even to an output. */
  readonly empty: boolean;
}

/**
 * What `action_reason` means.
 *
 * @see https://developer.hashicorp.com/terraform/internals/json-format#change-representation
 */
const REASONS: Readonly<Record<string, string>> = {
  replace_because_cannot_update: "one of its values cannot be changed in place",
  replace_because_tainted: "it was left unfinished by an earlier run",
  replace_by_request: "its replacement was asked for",
  replace_by_triggers: "something it depends on is replaced",
  delete_because_no_resource_config: "it is no longer configured",
  delete_because_no_module: "its module is no longer configured",
  delete_because_wrong_repetition: "its count or for_each changed",
  delete_because_count_index: "count is lower now",
  delete_because_each_key: "its key is no longer in for_each",
  delete_because_no_move_target: "it moved to an address that is not configured",
};

/** Reads what `show -json PLAN` prints. */
export function readPlan(file: string, json: PlanJson): Plan {
  const changes = (json.resource_changes ?? []).map(readChange).filter(isAChange);
  const count = (...actions: string[]) => changes.filter(({ action }) => actions.includes(action)).length;
  const outputsChange = Object.values(json.output_changes ?? {}).some(
    ({ actions }) => actions.length > 0 && actions[0] !== "no-op",
  );
  return {
    file,
    changes,
    add: count("create", "import"),
    change: count("update", "move"),
    replace: count("replace"),
    destroy: count("delete", "forget"),
    empty: json.applyable === undefined ? changes.length === 0 && !outputsChange : !json.applyable,
  };
}

/** The part we read of https://developer.hashicorp.com/terraform/internals/json-format. */
export interface PlanJson {
  /** Absent in older OpenTofu. */
  readonly applyable?: boolean;
  readonly resource_changes?: readonly ResourceChangeJson[];
  readonly output_changes?: Readonly<Record<string, { readonly actions: readonly string[] }>>;
}

interface ResourceChangeJson {
  readonly address: string;
  readonly previous_address?: string;
  readonly module_address?: string;
  readonly mode: string;
  readonly type: string;
  readonly name: string;
  readonly action_reason?: string;
  readonly change: {
    readonly actions: readonly string[];
    readonly before?: Values | null;
    readonly after?: Values | null;
    readonly after_unknown?: Values;
    readonly before_sensitive?: Values | boolean;
    readonly after_sensitive?: Values | boolean;
    readonly replace_paths?: readonly (readonly (string | number)[])[];
    readonly importing?: { readonly id?: string };
  };
}

type Values = Readonly<Record<string, unknown>>;

function readChange(json: ResourceChangeJson): ResourceChange {
  const action = readAction(json);
  const differs = action === "update" || action === "replace";
  return {
    address: json.address,
    module: json.module_address ?? "",
    type: json.type,
    name: json.name,
    action,
    reason:
      json.action_reason === undefined
        ? undefined
        : (REASONS[json.action_reason] ?? words(json.action_reason)),
    previousAddress: json.previous_address,
    importId: json.change.importing?.id,
    attributes: differs ? readAttributes(json.change) : [],
  };
}

function readAction({ change, previous_address: previousAddress }: ResourceChangeJson): ResourceAction {
  const [first, second] = change.actions;
  if (second !== undefined) return "replace";
  if (first !== "no-op") return first ?? "noop";
  if (change.importing !== undefined) return "import";
  return previousAddress === undefined ? "noop" : "move";
}

const isAChange = ({ action }: ResourceChange): boolean => action !== "noop" && action !== "read";

function readAttributes(change: ResourceChangeJson["change"]): AttributeChange[] {
  const before = change.before ?? {};
  const after = change.after ?? {};
  const unknown = change.after_unknown ?? {};
  const forcing = new Set((change.replace_paths ?? []).map(([name]) => String(name)));
  const names = [...new Set([...Object.keys(before), ...Object.keys(after), ...Object.keys(unknown)])].sort();
  return names
    .filter((name) => hasAny(unknown[name]) || !isSame(before[name], after[name]))
    .map((name) => {
      const isSensitive = isMarked(change.before_sensitive, name) || isMarked(change.after_sensitive, name);
      const isKnownAfterApply = hasAny(unknown[name]);
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
  typeof marks === "boolean" ? marks : hasAny(marks?.[name]);

/** Marks mirror the shape of the value: true somewhere inside means a part of it. */
function hasAny(mark: unknown): boolean {
  if (typeof mark === "boolean") return mark;
  return typeof mark === "object" && mark !== null && Object.values(mark).some(hasAny);
}

const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(a ?? null) === JSON.stringify(b ?? null);

const words = (reason: string): string => reason.replaceAll("_", " ");
