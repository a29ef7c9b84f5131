import { readdirSync, rmSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { PrefectFargateError } from "#errors";
import { packagePath } from "#package";
import { ROOT_HEADER, type RootFiles } from "./compose-root.ts";
import { mirrorFolder } from "./mirror-folder.ts";

export const MODULES_FOLDER = "modules";
const MODULE_SOURCE = /source\s*=\s*"\.\/modules\/([\w-]+)"/g;

/**
 * Writes a root into a folder, with the modules it calls. Modules of ours that it no longer calls are removed;
 * state, lock file, overrides and everything else in the folder stay as they are.
 *
 * @param overrides files that go into the modules' folders, by their path in the root's
 */
export async function writeRoot(dir: string, files: RootFiles, overrides: RootFiles = {}): Promise<void> {
  await Promise.all(Object.keys(files).map((file) => refuseToOverwrite(join(dir, file))));
  await mkdir(dir, { recursive: true });
  writeModules(dir, modulesIn(files));
  await writeFiles(dir, files);
  // A module's folder has been made to hold what the module holds.
  await writeFiles(dir, overrides);
}

async function writeFiles(dir: string, files: RootFiles): Promise<void> {
  await Promise.all(
    Object.entries(files).map(async ([file, text]) => {
      await mkdir(dirname(join(dir, file)), { recursive: true });
      await writeFile(join(dir, file), text);
    }),
  );
}

/** Names of the modules that a root calls. */
export const modulesIn = (files: RootFiles): Set<string> =>
  new Set(Object.values(files).flatMap((text) => [...text.matchAll(MODULE_SOURCE)].map(([, name]) => name!)));

function writeModules(dir: string, wanted: ReadonlySet<string>): void {
  for (const name of readdirSync(packagePath(MODULES_FOLDER))) {
    const target = join(dir, MODULES_FOLDER, name);
    if (wanted.has(name)) mirrorFolder(packagePath(MODULES_FOLDER, name), target);
    else rmSync(target, { recursive: true, force: true });
  }
}

/** A file that someone else wrote is not ours to replace. */
async function refuseToOverwrite(file: string): Promise<void> {
  const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT" || error.code === "ENOTDIR") return undefined;
    throw error;
  });
  if (text === undefined || text.startsWith(ROOT_HEADER.split("\n")[0]!)) return;
  throw new PrefectFargateError(
    "ROOT_NOT_OURS",
    `${file} was not written by prefect-fargate, so it is not replaced.`,
    {
      hint: "Choose an empty folder, or move that file away.",
    },
  );
}
