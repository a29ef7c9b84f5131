import type { IConstruct } from "constructs";

interface Notes {
  block?: string;
  readonly args: Record<string, string>;
}
const notes = new WeakMap<IConstruct, Notes>();

/** A comment for the reader of the rendered module, above the construct's block. */
export function note<T extends IConstruct>(construct: T, text: string): T {
  notesOf(construct).block = text;
  return construct;
}

/** A comment above one argument, by its Terraform name. */
export function noteOn(construct: IConstruct, argument: string, text: string): void {
  notesOf(construct).args[argument] = text;
}

export function notesOf(construct: IConstruct): Notes {
  let found = notes.get(construct);
  if (!found) {
    found = { args: {} };
    notes.set(construct, found);
  }
  return found;
}
