import type { OutputChange, ResourceAction, TerraformEvent } from "./events.ts";
import type { AttributeChange } from "./plan-attributes.ts";

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
  /** Of an update or a replacement: what differs. Empty unless the plan was made with `details`. */
  readonly attributes: readonly AttributeChange[];
  /**
   * What it would be, as far as that is known before, or what it is if it goes. Sensitive values are left out.
   * Empty unless the plan was made with `details`.
   */
  readonly values: Readonly<Record<string, unknown>>;
}

/** What Terraform would do. */
export interface Plan {
  readonly file: string;
  /** Without those that stay as they are and those that are only read. */
  readonly changes: readonly ResourceChange[];
  readonly add: number;
  /** What exists and would be taken into the state. */
  readonly imports: number;
  readonly change: number;
  readonly replace: number;
  readonly destroy: number;
  /** Nothing would be done, not even to an output. */
  readonly empty: boolean;
  /** Outputs as they would be, without what is only known later. Empty unless the plan was made with `details`. */
  readonly outputs: Readonly<Record<string, unknown>>;
  /** Everything that would be there after an apply, changed or not. Empty unless the plan was made with `details`. */
  readonly resources: readonly PlannedResource[];
}

/** A resource as it would be after an apply. */
export interface PlannedResource {
  readonly address: string;
  readonly type: string;
  /** What is known before an apply; sensitive values are left out. */
  readonly values: Readonly<Record<string, unknown>>;
}

/**
 * Why a resource is replaced or destroyed.
 *
 * @see https://developer.hashicorp.com/terraform/internals/machine-readable-ui#resource-object
 */
const REASONS: Readonly<Record<string, string>> = {
  cannot_update: "one of its values cannot be changed in place",
  tainted: "an earlier run left it unfinished",
  requested: "its replacement was asked for",
  replace_triggered_by: "something it depends on changes",
  delete_because_no_resource_config: "it is no longer configured",
  delete_because_no_module: "its module is no longer configured",
  delete_because_wrong_repetition: "its count or for_each changed",
  delete_because_count_index: "its count is lower now",
  delete_because_each_key: "its key is no longer in for_each",
  delete_because_no_move_target: "it moved to an address that is not configured",
};

/** Gathers a plan from the events of `plan -json`, which tell all but the values. */
export class PlanReader {
  readonly #changes: ResourceChange[] = [];
  #outputsChange = false;

  add(event: TerraformEvent): void {
    if (event.type === "outputs") this.#outputsChange = Object.values(event.outputs).some(isChanged);
    if (event.type !== "planned_change" || event.action === "noop" || event.action === "read") return;
    const { resource, action, reason, previousAddress } = event;
    this.#changes.push({
      address: resource.address,
      module: resource.module,
      type: resource.type,
      name: resource.name,
      action,
      reason: reason === undefined ? undefined : (REASONS[reason] ?? reason.replaceAll("_", " ")),
      previousAddress,
      attributes: [],
      values: {},
    });
  }

  finish(file: string): Plan {
    const changes = this.#changes;
    const count = (...actions: string[]) => changes.filter(({ action }) => actions.includes(action)).length;
    return {
      file,
      changes,
      add: count("create"),
      imports: count("import"),
      change: count("update", "move"),
      replace: count("replace"),
      destroy: count("delete"),
      empty: changes.length === 0 && !this.#outputsChange,
      outputs: {},
      resources: [],
    };
  }
}

const isChanged = ({ action }: OutputChange): boolean => action !== undefined && action !== "noop";
