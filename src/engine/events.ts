/** One resource instance, as Terraform names it. */
interface ResourceAddress {
  /** In full: `module.worker["dev-worker"].aws_ecs_service.this`. */
  readonly address: string;
  /** `module.worker["dev-worker"]`, or "" in the root. */
  readonly module: string;
  readonly type: string;
  readonly name: string;
  readonly key: string | number | undefined;
}

/** Terraform's words; a newer version may know more of them. */
export type ResourceAction =
  | "noop"
  | "create"
  | "read"
  | "update"
  | "replace"
  | "delete"
  | "move"
  | "import"
  | "remove"
  | (string & {});

export interface Diagnostic {
  readonly severity: "error" | "warning";
  readonly summary: string;
  readonly detail: string;
  /** The resource it is about. */
  readonly address: string | undefined;
  /** `main.tf:12` */
  readonly where: string | undefined;
}

/** What an apply or a plan counted. A replacement counts as one added and one removed. */
export interface ChangeCounts {
  readonly add: number;
  readonly change: number;
  readonly remove: number;
  readonly import: number;
}

export interface OutputChange {
  readonly sensitive: boolean;
  /** What a plan would do to it; absent after an apply. */
  readonly action?: ResourceAction;
  /** Absent in a plan and where it is sensitive. */
  readonly value?: unknown;
}

type On<Type extends string, Rest = unknown> = { readonly type: Type; readonly at: number } & Rest;
type OnResource<Type extends string, Rest = unknown> = On<
  Type,
  { readonly resource: ResourceAddress } & Rest
>;

/**
 * What Terraform and OpenTofu say while they work (`-json`, one message a line). `at` is the message's own time in
 * milliseconds since 1970. Messages we have no use for arrive as `log`, and lines that are no JSON as `text`.
 *
 * @see https://developer.hashicorp.com/terraform/internals/machine-readable-ui
 * @see https://opentofu.org/docs/internals/machine-readable-ui
 */
export type TerraformEvent =
  | On<"version", { readonly product: "terraform" | "tofu"; readonly version: string }>
  | On<"log", { readonly level: string; readonly message: string }>
  | On<"text", { readonly message: string }>
  | On<"diagnostic", { readonly diagnostic: Diagnostic }>
  | OnResource<
      "planned_change",
      {
        readonly action: ResourceAction;
        readonly reason: string | undefined;
        readonly previousAddress: string | undefined;
      }
    >
  | OnResource<"resource_drift", { readonly action: ResourceAction }>
  | On<"change_summary", { readonly operation: string; readonly changes: ChangeCounts }>
  | OnResource<"apply_start", { readonly action: ResourceAction; readonly id: string | undefined }>
  | OnResource<"apply_progress", { readonly action: ResourceAction; readonly elapsedSeconds: number }>
  | OnResource<
      "apply_complete",
      { readonly action: ResourceAction; readonly id: string | undefined; readonly elapsedSeconds: number }
    >
  | OnResource<"apply_errored", { readonly action: ResourceAction; readonly elapsedSeconds: number }>
  | OnResource<"refresh_start", { readonly id: string | undefined }>
  | OnResource<"refresh_complete", { readonly id: string | undefined }>
  | On<"outputs", { readonly outputs: Readonly<Record<string, OutputChange>> }>
  /** The state could be written nowhere: this message is the only copy. */
  | On<"state_dump", { readonly state: unknown }>;

/** Reads one line of the stream. Blank lines give nothing. */
export function parseEvent(line: string): TerraformEvent | undefined {
  if (line.trim() === "") return undefined;
  const message = parseObject(line);
  if (message === undefined) return { type: "text", at: Date.now(), message: line };
  const at = Date.parse(text(message["@timestamp"])) || Date.now();
  return (
    read(message, at) ?? {
      type: "log",
      at,
      level: text(message["@level"]),
      message: text(message["@message"]),
    }
  );
}

function read(message: Json, at: number): TerraformEvent | undefined {
  const type = text(message.type);
  switch (type) {
    case "version":
      return message.tofu === undefined
        ? { type, at, product: "terraform", version: text(message.terraform) }
        : { type, at, product: "tofu", version: text(message.tofu) };
    case "diagnostic":
      return { type, at, diagnostic: readDiagnostic(object(message.diagnostic)) };
    case "planned_change": {
      const change = object(message.change);
      const previousAddress = optionalText(object(change.previous_resource).addr);
      return { type, at, ...onResource(change), reason: optionalText(change.reason), previousAddress };
    }
    case "resource_drift":
      return { type, at, ...onResource(object(message.change)) };
    case "change_summary": {
      const changes = object(message.changes);
      return { type, at, operation: text(changes.operation), changes: readCounts(changes) };
    }
    case "apply_start":
      return { type, at, ...onResource(object(message.hook)), ...withId(object(message.hook)) };
    case "apply_progress":
    case "apply_errored":
      return { type, at, ...onResource(object(message.hook)), ...withSeconds(object(message.hook)) };
    case "apply_complete": {
      const hook = object(message.hook);
      return { type, at, ...onResource(hook), ...withId(hook), ...withSeconds(hook) };
    }
    case "refresh_start":
    case "refresh_complete": {
      const hook = object(message.hook);
      return { type, at, resource: readResource(object(hook.resource)), ...withId(hook) };
    }
    case "outputs":
      return { type, at, outputs: readOutputs(object(message.outputs)) };
    default:
      return message.state === undefined ? undefined : { type: "state_dump", at, state: message.state };
  }
}

/** Also the form of the diagnostics that `validate -json` gives. */
export function readDiagnostic(from: Json): Diagnostic {
  const range = object(from.range);
  const start = object(range.start);
  return {
    severity: from.severity === "warning" ? "warning" : "error",
    summary: text(from.summary),
    detail: text(from.detail),
    address: optionalText(from.address),
    where: range.filename === undefined ? undefined : `${text(range.filename)}:${start.line ?? 1}`,
  };
}

function readResource(from: Json): ResourceAddress {
  const key = from.resource_key;
  return {
    address: text(from.addr),
    module: text(from.module),
    type: text(from.resource_type),
    name: text(from.resource_name),
    key: typeof key === "string" || typeof key === "number" ? key : undefined,
  };
}

function readCounts(from: Json): ChangeCounts {
  return {
    add: count(from.add),
    change: count(from.change),
    remove: count(from.remove),
    import: count(from.import),
  };
}

function readOutputs(from: Json): Record<string, OutputChange> {
  return Object.fromEntries(
    Object.entries(from).map(([name, output]) => {
      const { sensitive, action, value } = object(output);
      return [name, { sensitive: sensitive === true, action: optionalText(action), value }];
    }),
  );
}

const onResource = (from: Json) => ({
  resource: readResource(object(from.resource)),
  action: text(from.action),
});
const withId = (from: Json) => ({ id: optionalText(from.id_value) });
const withSeconds = (from: Json) => ({ elapsedSeconds: count(from.elapsed_seconds) });

type Json = Readonly<Record<string, unknown>>;

function parseObject(line: string): Json | undefined {
  try {
    const parsed: unknown = JSON.parse(line);
    return typeof parsed === "object" && parsed !== null && !Array.isArray(parsed)
      ? (parsed as Json)
      : undefined;
  } catch {
    return undefined;
  }
}

const object = (value: unknown): Json => (typeof value === "object" && value !== null ? (value as Json) : {});
const text = (value: unknown): string => (typeof value === "string" ? value : "");
const optionalText = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);
const count = (value: unknown): number => (typeof value === "number" ? value : 0);
