import { readFile, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, extname, join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { editVersion, type VersionEdit } from "#config/edit-version.ts";
import { loadConfig } from "#config/load-config.ts";
import type { Config } from "#config/schema.ts";

export interface RewriteOptions {
  readonly file: string;
  readonly from: 2 | 3;
  readonly to: 2 | 3;
  /** What the config has to be afterwards, to the last field. */
  readonly wanted: Config;
  readonly env: Readonly<NodeJS.ProcessEnv>;
}

/**
 * Works out how a config's file says another version of Prefect. The new text is read back before it is trusted: a config is
 * code, and may compute what we take for its text. Undefined where only a person can edit it.
 *
 * @returns the edit, and what writes it
 */
export async function rewriteVersion({
  file,
  from,
  to,
  wanted,
  env,
}: RewriteOptions): Promise<{ readonly edit: VersionEdit; write(): Promise<void> } | undefined> {
  const edit = editVersion(await readFile(file, "utf8"), from, to);
  if (edit === undefined || !(await isAsWanted())) return undefined;
  return { edit, write: () => replaceText(file, edit.text) };

  async function isAsWanted(): Promise<boolean> {
    const trial = join(dirname(file), `.${basename(file, extname(file))}.${process.pid}${extname(file)}`);
    await writeFile(trial, edit!.text);
    try {
      const { config } = await loadConfig({ cwd: dirname(file), file: trial, env });
      return isDeepStrictEqual(config, wanted);
    } catch {
      return false;
    } finally {
      await rm(trial, { force: true });
    }
  }
}

/** Whole or not at all. */
async function replaceText(file: string, text: string): Promise<void> {
  const fresh = `${file}.${process.pid}`;
  await writeFile(fresh, text);
  await rename(fresh, file);
}
