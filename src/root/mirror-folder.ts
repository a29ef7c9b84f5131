import { copyFileSync, type Dirent, mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";

/** A module's own tests are for those who change the module. */
const LEFT_BEHIND: ReadonlySet<string> = new Set(["tests"]);

/**
 * Makes `to` hold what `from` holds, and nothing else, without a module's tests. Files are written in place and one after the
 * other: with a folder that is removed and copied anew, or with a thread for each file, this was most of the time of `synth`.
 */
export function mirrorFolder(from: string, to: string): void {
  mkdirSync(to, { recursive: true });
  const [source, present] = [from, to].map((dir) => readdirSync(dir, { withFileTypes: true }));
  const wanted = source!.filter(({ name }) => !LEFT_BEHIND.has(name));
  const kinds = new Map(wanted.map((entry) => [entry.name, kindOf(entry)]));
  for (const entry of present!)
    if (kinds.get(entry.name) !== kindOf(entry)) rmSync(join(to, entry.name), { recursive: true });
  for (const entry of wanted) {
    const copy = entry.isDirectory() ? mirrorFolder : copyFileSync;
    copy(join(from, entry.name), join(to, entry.name));
  }
}

/** A link is neither: what it leads to is not ours to write. */
const kindOf = (entry: Dirent): string =>
  entry.isDirectory() ? "folder" : entry.isFile() ? "file" : "other";
