import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** The folder of this package, found upwards from here: the sources and the bundle lie at different depths. */
export const packageRoot: string = findRoot(import.meta.dirname);

/** A path inside the package: `packagePath("modules")`. */
export const packagePath = (...parts: string[]): string => join(packageRoot, ...parts);

export const packageVersion: string = JSON.parse(readFileSync(packagePath("package.json"), "utf8")).version;

function findRoot(from: string): string {
  for (let dir = from; ; dir = dirname(dir)) {
    const manifest = join(dir, "package.json");
    if (existsSync(manifest) && JSON.parse(readFileSync(manifest, "utf8")).name === "prefect-fargate")
      return dir;
    if (dir === dirname(dir)) throw new Error(`No package.json of prefect-fargate above ${from}.`);
  }
}
