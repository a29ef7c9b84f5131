import { InvalidArgumentError } from "commander";

export interface FlowArgument {
  readonly file: string;
  /** The function in the file that is the flow. */
  readonly name: string;
}

/** Reads `flows.py:nightly`, as in the entrypoints of Prefect. */
export function parseFlow(text: string): FlowArgument {
  const [, file, name] = /^(.+\.py):([A-Za-z_]\w*)$/.exec(text) ?? [];
  if (file === undefined || name === undefined)
    throw new InvalidArgumentError("Write the file and the flow function in it, as in flows.py:nightly.");
  return { file, name };
}
