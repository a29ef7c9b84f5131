/**
 * Writes modules/ from the constructs in src/infra.
 *
 *   node tools/render-modules.ts           writes
 *   node tools/render-modules.ts --check   exits 1 when modules/ is out of step
 */
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join, relative } from "node:path";
import { packagePath } from "#package";
import { renderModules } from "../src/infra/render-modules.ts";
import { scalerZip } from "./scaler-zip.ts";

const MODULES = packagePath("modules");
/** Beside what is rendered, each module has tests, written by hand. */
const TESTS = "tests";

if (import.meta.main) {
  if (process.argv.includes("--check")) {
    const stale = await staleModuleFiles();
    if (stale.length > 0) {
      console.error(`modules/ is out of step: ${stale.join(", ")}. Run: node tools/render-modules.ts`);
      process.exitCode = 1;
    }
  } else await writeModules();
}

/** Files under modules/ that are missing, differ or should not be there. */
export async function staleModuleFiles(): Promise<string[]> {
  const wanted = await wantedFiles();
  const present = await presentFiles();
  const stale = [...present.keys()].filter((file) => wanted[file] === undefined);
  for (const [file, bytes] of Object.entries(wanted)) if (!present.get(file)?.equals(bytes)) stale.push(file);
  return stale.sort();
}

async function wantedFiles(): Promise<Record<string, Uint8Array>> {
  const texts = Object.entries(renderModules()).map(([file, text]) => [file, Buffer.from(text)] as const);
  return { ...Object.fromEntries(texts), "scaler/scaler.zip": await scalerZip() };
}

async function writeModules(): Promise<void> {
  const wanted = await wantedFiles();
  for (const file of (await presentFiles()).keys())
    if (wanted[file] === undefined) await rm(join(MODULES, file), { force: true });
  for (const [file, bytes] of Object.entries(wanted)) {
    await mkdir(dirname(join(MODULES, file)), { recursive: true });
    await writeFile(join(MODULES, file), bytes);
  }
}

async function presentFiles(): Promise<Map<string, Buffer>> {
  const entries = await readdir(MODULES, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = entries
    .filter((entry) => entry.isFile() && basename(entry.parentPath) !== TESTS)
    .map((entry) => join(entry.parentPath, entry.name));
  const contents = await Promise.all(files.map((file) => readFile(file)));
  return new Map(files.map((file, index) => [relative(MODULES, file), contents[index]!]));
}
