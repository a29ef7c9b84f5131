import type { Dirent } from "node:fs";
import { copyFile, mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";

/** A module's own tests are for those who change the module. */
const LEFT_BEHIND: ReadonlySet<string> = new Set(["tests"]);

/**
 * Makes `to` hold what `from` holds, and nothing else, without a module's tests. Files are written in place and all at once: with a folder that is
 * removed and copied anew, this was most of the time of `synth`.
 */
export async function mirrorFolder(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true });
  const [source, present] = await Promise.all([from, to].map((dir) => readdir(dir, { withFileTypes: true })));
  const wanted = source!.filter(({ name }) => !LEFT_BEHIND.has(name));
  const kinds = new Map(wanted.map((entry) => [entry.name, kindOf(entry)]));
  const extra = present!.filter((entry) => kinds.get(entry.name) !== kindOf(entry));
  await Promise.all(extra.map(({ name }) => rm(join(to, name), { recursive: true })));
  await Promise.all(
    wanted.map((entry) => {
      const copy = entry.isDirectory() ? mirrorFolder : copyFile;
      return copy(join(from, entry.name), join(to, entry.name));
    }),
  );
}

/** A link is neither: what it leads to is not ours to write. */
const kindOf = (entry: Dirent): string =>
  entry.isDirectory() ? "folder" : entry.isFile() ? "file" : "other";
