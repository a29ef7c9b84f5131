import { InvalidArgumentError } from "commander";

/** Collects `--param key=value`. A value that is JSON is taken as such (`3`, `true`, `[1, 2]`), any other as text. */
export function parseParameter(
  text: string,
  before: Readonly<Record<string, unknown>> = {},
): Record<string, unknown> {
  const [, key, value] = /^([A-Za-z_]\w*)=(.*)$/s.exec(text) ?? [];
  if (key === undefined || value === undefined)
    throw new InvalidArgumentError("Write a name and a value, as in --param days=3.");
  return { ...before, [key]: asJson(value) };
}

function asJson(value: string): unknown {
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}
