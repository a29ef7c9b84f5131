import { type Json, type JsonObject, renderBlock } from "#terraform/hcl.ts";
import {
  type Arguments,
  argumentValue,
  type Inputs,
  type ModuleInterface,
  type Outputs,
  reference,
  terraformName,
} from "#terraform/module-interface.ts";

/** Module arguments, and how each is read from what a config says of one member. */
export type Readers<Member, Args> = { readonly [K in keyof Args]?: (member: Member) => Args[K] };

interface Columns<Always, Where> {
  /** What stands on the page for every member. */
  readonly always: Always;
  /** What few change: it stands there only where a member has other than the module's default. */
  readonly where: Where;
}

export interface LocalTable<Args> {
  /** The `locals` block: a member's name is its key. */
  readonly local: string;
  /** The module's arguments that come from it, by `each.value`. */
  readonly values: Args;
}

/** Members of one kind, such as workers, as a local value over which a module call has `for_each`. */
export function localTable<I extends Inputs, O extends Outputs, M, V, W>(
  { inputs }: ModuleInterface<I, O>,
  local: string,
  members: Readonly<Record<string, M>>,
  { always, where }: Columns<V & Readers<M, Arguments<I>>, W & Readers<M, Arguments<I>>>,
  note?: string,
): LocalTable<Pick<Arguments<I>, (keyof V | keyof W) & keyof Arguments<I>>> {
  const column = ([key, read]: [string, unknown]) => {
    const input = inputs[key]!;
    const values = Object.values(members).map((member) =>
      argumentValue(input, (read as (member: M) => unknown)(member) as Json),
    );
    return { key, input, values };
  };
  const isUsed = ({ input, values }: ReturnType<typeof column>) =>
    values.some((value) => JSON.stringify(value) !== JSON.stringify(input.default));
  const columns = [
    ...Object.entries(always).map(column),
    ...Object.entries(where).map(column).filter(isUsed),
  ];
  const rows = Object.keys(members).map((name, row) => [
    name,
    Object.fromEntries(columns.map(({ key, values }) => [terraformName(key), values[row]])),
  ]);
  return {
    local: renderBlock(
      "locals",
      [],
      { [local]: Object.fromEntries(rows) as JsonObject },
      note === undefined ? {} : { argumentNotes: { [local]: note } },
    ),
    values: Object.fromEntries(
      columns.map(({ key }) => [key, reference(`each.value.${terraformName(key)}`)]),
    ) as never,
  };
}
