import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { Config } from "#config/schema.ts";
import { PrefectFargateError } from "#errors";
import { composeExport } from "#root/compose-export.ts";
import { overrideFiles } from "#root/override-files.ts";
import { modulesIn, writeRoot } from "#root/write-root.ts";

export interface Exported {
  readonly folder: string;
  readonly files: readonly string[];
  readonly modules: readonly string[];
}

/**
 * Writes a config's system as a Terraform root of its own, with its modules, into a folder that has no Terraform yet.
 *
 * @throws EXPORT_NOT_EMPTY, and what override files throw
 */
export async function exportSystem(config: Config, folder: string): Promise<Exported> {
  const there = (await readdir(folder).catch(() => [])).filter(
    (name) => /\.tf(\.json)?$/.test(name) || name === "modules",
  );
  if (there.length > 0)
    throw new PrefectFargateError(
      "EXPORT_NOT_EMPTY",
      `${folder} has Terraform in it already: ${there.join(", ")}. What is exported is yours, so nothing of it is overwritten.`,
      { hint: `Choose another folder, such as ${join(folder, "prefect")}` },
    );
  const root = composeExport(config);
  await writeRoot(folder, root, await overrideFiles(config, root));
  return { folder, files: Object.keys(root).sort(), modules: [...modulesIn(root)].sort() };
}
