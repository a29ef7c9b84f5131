import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import type { Config } from "#config/schema.ts";
import { PrefectFargateError } from "#errors";
import type { RootFiles } from "./compose-root.ts";
import { MODULES_FOLDER, modulesIn } from "./write-root.ts";

/**
 * The config's override files, by where they stand in the root's folder: beside the files of the module that they change.
 *
 * @throws OVERRIDE_UNUSED when the root calls no such module, OVERRIDE_MISSING, OVERRIDES_COLLIDE
 */
export async function overrideFiles({ overrides }: Pick<Config, "overrides">, root: RootFiles) {
  const used = modulesIn(root);
  const files: Record<string, string> = {};
  for (const [module, paths] of Object.entries(overrides)) {
    if (!used.has(module))
      throw new PrefectFargateError(
        "OVERRIDE_UNUSED",
        `overrides.${module} changes a module that this system does not have.`,
        { hint: `Its modules: ${[...used].sort().join(", ")}` },
      );
    for (const path of paths) {
      const place = `${MODULES_FOLDER}/${module}/${basename(path)}`;
      if (place in files)
        throw new PrefectFargateError(
          "OVERRIDES_COLLIDE",
          `overrides.${module} names two files called ${basename(path)}.`,
          { hint: "Rename one of them." },
        );
      files[place] = await readFile(path, "utf8").catch((cause: NodeJS.ErrnoException) => {
        throw new PrefectFargateError("OVERRIDE_MISSING", `${path} cannot be read: ${cause.code}.`, {
          hint: `Write it, or take it out of overrides.${module}`,
          cause,
        });
      });
    }
  }
  return files;
}
