import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { PrefectVersion } from "#config/prefect-defaults.ts";

/** Where Python projects say what they need. */
const FILES = [
  "requirements.txt",
  "requirements.in",
  "pyproject.toml",
  "Pipfile",
  "environment.yml",
] as const;
/** `prefect==2.20.4`, `prefect[aws]<3`, `"prefect>=2.19,<3"`, `prefect = "^2.20"`; not `prefect-aws`. */
const REQUIREMENT =
  /^[\s"'-]*prefect(?:\[[^\]]*\])?(?:["']?\s*=\s*["'])?((?:\s*[=<>~!^]{1,3}\s*[\d.*]+\s*,?)+)/gim;

export interface KnownVersion {
  readonly version: PrefectVersion;
  /** Where it was read. */
  readonly file: string;
}

/** The major version of Prefect that the project's own requirements ask for; undefined where they leave it open. */
export async function projectVersion(cwd: string): Promise<KnownVersion | undefined> {
  for (const file of FILES) {
    const text = await readFile(join(cwd, file), "utf8").catch(() => "");
    const version = requiredVersion(text);
    if (version !== undefined) return { version, file };
  }
  return undefined;
}

export function requiredVersion(text: string): PrefectVersion | undefined {
  for (const [, range = ""] of text.matchAll(REQUIREMENT)) {
    if (/(<\s*3(\.0)*\b)|((==|~=|\^|<=)\s*2\b)/.test(range)) return 2;
    if (/(==|~=|\^|>=|>)\s*3\b/.test(range)) return 3;
  }
  return undefined;
}
