import { TerraformDataSource, TerraformLocal, TerraformResource, type TerraformStack } from "cdktn";
import type { IConstruct } from "constructs";
import { nameIterators } from "./blocks.ts";
import { assertSound } from "./guards.ts";
import type { Json, JsonObject } from "./hcl.ts";
import { notesOf } from "./notes.ts";

/** What the renderer knows of a resource beyond Terraform's JSON. */
export interface Described {
  /** Place in the order in which the constructs were written. */
  readonly order: number;
  readonly note: string | undefined;
  readonly argumentNotes: Readonly<Record<string, string>>;
}

export interface Synthesized {
  readonly json: JsonObject;
  /** By address: `aws_vpc.this`, `data.aws_region.current`. */
  readonly described: ReadonlyMap<string, Described>;
}

/** A stack as Terraform JSON, without cdktn's metadata, backend and files. */
export function synthesize(stack: TerraformStack): Synthesized {
  // cdktn collects what expressions use in a first pass, which only its own synthesis would start.
  (stack as unknown as { _runPreparingResolve(): void })._runPreparingResolve();
  const json = tidy(stack.toTerraform()) as JsonObject;
  assertSound(json);
  const described = new Map<string, Described>();
  for (const [order, construct] of stack.node.findAll().entries()) {
    const address = addressOf(construct);
    if (address === undefined) continue;
    const { block, args } = notesOf(construct);
    described.set(address, { order, note: block, argumentNotes: args });
  }
  return { json, described };
}

function addressOf(construct: IConstruct): string | undefined {
  if (TerraformResource.isTerraformResource(construct))
    return `${construct.terraformResourceType}.${construct.friendlyUniqueId}`;
  if (TerraformDataSource.isTerraformDataSource(construct))
    return `data.${construct.terraformResourceType}.${construct.friendlyUniqueId}`;
  return construct instanceof TerraformLocal ? `local.${construct.friendlyUniqueId}` : undefined;
}

function tidy(value: Json): Json {
  if (Array.isArray(value)) return value.map(tidy);
  if (value === null || typeof value !== "object") return value;
  const entries = Object.entries(value)
    .filter(([key, item]) => key !== "//" && item !== undefined)
    .map(([key, item]) => [key, tidy(item as Json)] as const);
  return Object.fromEntries(
    entries.map(([key, item]) => [key, key === "dynamic" ? nameIterators(item as JsonObject) : item]),
  );
}
