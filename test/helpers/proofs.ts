import { createHash } from "node:crypto";
import { appendFileSync, existsSync, globSync, mkdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { cacheDirectory } from "#engine/cache-dir.ts";
import { packagePath } from "#package";

/** What a proof is about: when any of it changes, nothing has been proved of it yet. */
const SUBJECT = ["src/**/*.ts", "modules/**/*", "emulator/**/*.py", "python/**/*", "package-lock.json"];

/** Remembers which cases of a long proof have passed, so that one that was cut short goes on from there. */
export interface Proofs {
  has(name: string): boolean;
  note(name: string): void;
}

export function openProofs(proof: string): Proofs {
  const file = join(cacheDirectory(), "proofs", `${proof}-${fingerprint()}.txt`);
  mkdirSync(dirname(file), { recursive: true });
  const proved = new Set(existsSync(file) ? readFileSync(file, "utf8").split("\n") : []);
  return {
    has: (name) => proved.has(name),
    note: (name) => {
      proved.add(name);
      appendFileSync(file, `${name}\n`);
    },
  };
}

function fingerprint(): string {
  const root = packagePath();
  const hash = createHash("sha256");
  const files = globSync(SUBJECT, { cwd: root, withFileTypes: true }).filter((entry) => entry.isFile());
  for (const path of files.map(({ parentPath, name }) => join(parentPath, name)).sort())
    hash.update(path.slice(root.length)).update(readFileSync(path));
  return hash.digest("hex").slice(0, 16);
}
