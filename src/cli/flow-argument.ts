import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import { InvalidArgumentError } from "commander";
import { PrefectFargateError } from "#errors";

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

/** Makes the file's path absolute and sees that it is there, before a minute is spent on surroundings for it. */
export async function checkFlowFile({ file, name }: FlowArgument, cwd: string): Promise<FlowArgument> {
  const path = resolve(cwd, file);
  const status = await stat(path).catch(() => undefined);
  if (status?.isFile()) return { file: path, name };
  throw new PrefectFargateError("FLOW_FILE_MISSING", `There is no file ${file} with the flow ${name}.`, {
    hint: "Give the path of a Python file, relative to this folder: --flow flows.py:nightly",
  });
}
