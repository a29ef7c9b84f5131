import { blockSchema } from "./block-schema.ts";
import { type Json, type JsonObject, joinBlocks, renderBlock } from "./hcl.ts";
import type { ModuleInterface } from "./module-interface.ts";
import { moduleReadme } from "./module-readme.ts";
import type { Described, Synthesized } from "./synthesize.ts";

/** Who and where, before how: the bindings know only the alphabet. */
const LEADING = [
  "name",
  "family",
  "description",
  "cluster",
  "task_definition",
  "desired_count",
  "launch_type",
  "deployment_minimum_healthy_percent",
  "deployment_maximum_percent",
  "requires_compatibilities",
  "network_mode",
  "cpu",
  "memory",
  "execution_role_arn",
  "task_role_arn",
  "rule",
  "role",
  "vpc",
  "vpc_id",
  "namespace_id",
  "security_group_id",
  "route_table_id",
  "subnet_id",
  "availability_zone",
  "cidr_block",
  "ip_protocol",
  "from_port",
  "to_port",
  "condition",
];

type Section = Readonly<Record<string, JsonObject>>;

/** A synthesized stack as the files of a registry-shaped module, by name. */
export function moduleFiles(
  definition: ModuleInterface,
  { json, described }: Synthesized,
): Record<string, string> {
  return {
    "main.tf": joinBlocks(mainBlocks(json, described)),
    "variables.tf": joinBlocks(Object.entries(section(json, "variable")).map(variableBlock)),
    "outputs.tf": joinBlocks(Object.entries(section(json, "output")).map(outputBlock)),
    "versions.tf": versionsBlock(json.terraform as JsonObject),
    "README.md": moduleReadme(definition),
  };
}

/** The `terraform` block, as every module and root has it. */
const versionsBlock = (terraform: JsonObject): string =>
  renderBlock("terraform", [], terraform, { nested: { required_providers: {} } });

function variableBlock([name, body]: [string, JsonObject]): string {
  const { description, type, default: value, ...rest } = body;
  const inOrder = { description, type, default: value, ...rest };
  return renderBlock("variable", [name], inOrder, { nested: { validation: {} }, bare: ["type"] });
}

function outputBlock([name, body]: [string, JsonObject]): string {
  const { description, value, ...rest } = body;
  return renderBlock("output", [name], { description, value, ...rest }, { nested: { precondition: {} } });
}

/** Data sources, then locals and resources in the order in which the constructs were written. */
function mainBlocks(json: JsonObject, described: ReadonlyMap<string, Described>): string[] {
  const rest = [...localValues(json, described), ...instances(json, "resource", described)].sort(byOrder);
  const texts: string[] = [];
  for (let at = 0; at < rest.length; at += 1) {
    const piece = rest[at]!;
    if ("text" in piece) {
      texts.push(piece.text);
      continue;
    }
    const run = [piece];
    for (let next = rest[at + 1]; next && "value" in next; next = rest[at + 1]) {
      run.push(next);
      at += 1;
    }
    texts.push(localsBlock(run));
  }
  const data = instances(json, "data", described).sort(byOrder);
  return [...data.map(({ text }) => text), ...texts];
}

interface Ordered {
  readonly order: number;
}
interface LocalValue extends Ordered {
  readonly name: string;
  readonly value: Json;
  readonly note: string | undefined;
}
interface Instance extends Ordered {
  readonly text: string;
}

const byOrder = (a: Ordered, b: Ordered): number => a.order - b.order;

function localValues(json: JsonObject, described: ReadonlyMap<string, Described>): LocalValue[] {
  return Object.entries((json.locals ?? {}) as JsonObject).map(([name, value]) => {
    const { order, note } = described.get(`local.${name}`)!;
    return { order, name, value: value!, note };
  });
}

function localsBlock(locals: readonly LocalValue[]): string {
  const body = Object.fromEntries(locals.map(({ name, value }) => [name, value]));
  const notes = Object.fromEntries(
    locals.flatMap(({ name, note }) => (note === undefined ? [] : [[name, note]])),
  );
  return renderBlock("locals", [], body, { argumentNotes: notes });
}

function instances(
  json: JsonObject,
  kind: "data" | "resource",
  described: ReadonlyMap<string, Described>,
): Instance[] {
  return Object.entries(section(json, kind)).flatMap(([type, named]) =>
    Object.entries(named).map(([name, body]) => {
      const { order, note, argumentNotes } = described.get(
        `${kind === "data" ? "data." : ""}${type}.${name}`,
      )!;
      const nested = blockSchema[kind][type] ?? {};
      return {
        order,
        text: renderBlock(kind, [type, name], body as JsonObject, {
          nested,
          note,
          argumentNotes,
          leading: LEADING,
        }),
      };
    }),
  );
}

const section = (json: JsonObject, name: string): Section => (json[name] ?? {}) as Json as Section;
