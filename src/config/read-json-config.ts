import { readFile } from "node:fs/promises";
import { PrefectFargateError } from "#errors";
import { unreadableConfig } from "./unreadable-config.ts";

/** Reads a config in JSON. `$schema` is for editors and not part of the config. */
export async function readJsonConfig(path: string, where: string): Promise<unknown> {
  const text = await readFile(path, "utf8").catch((cause: NodeJS.ErrnoException) => {
    throw unreadableConfig(where, cause);
  });
  const value = parse(text.replace(/^\uFEFF/, ""), where);
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  const { $schema: _, ...config } = value as Record<string, unknown>;
  return config;
}

function parse(text: string, where: string): unknown {
  if (text.trim() === "")
    throw new PrefectFargateError("CONFIG_SYNTAX", `${where} is empty.`, {
      hint: `Write {} into ${where}, or remove it`,
    });
  try {
    return JSON.parse(text);
  } catch (cause) {
    const line = lineOf(text, (cause as Error).message);
    // The parser's message quotes the text around the mistake, which may be a secret.
    throw new PrefectFargateError("CONFIG_SYNTAX", `${where}:${line} is not valid JSON.`, {
      details: commonMistake(text.split("\n")[line - 1] ?? "", text.split("\n")[line - 2] ?? ""),
      hint: `Correct line ${line} of ${where}, or write a prefect-fargate.config.ts instead`,
    });
  }
}

/** Node says the position, except where the text simply ends; empty lines at the end are nobody's mistake. */
function lineOf(text: string, message: string): number {
  const position = Number(/at position (\d+)/.exec(message)?.[1] ?? text.length);
  return text.slice(0, Math.min(position, text.trimEnd().length)).split("\n").length;
}

function commonMistake(line: string, before: string): string[] {
  if (/(^|\s)(\/\/|\/\*)/.test(line)) return ["JSON has no comments."];
  if (/,\s*$/.test(before) && /^\s*[}\]]/.test(line)) return ["JSON has no comma after the last item."];
  if (/^\s*('|[A-Za-z_$][\w$]*\s*:)/.test(line)) return ["JSON wants double quotes around names and texts."];
  return [];
}
