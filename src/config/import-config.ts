import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { registerHooks } from "node:module";
import { extname } from "node:path";
import { pathToFileURL } from "node:url";
import { packagePath } from "#package";
import { explainImportError } from "./import-error.ts";
import { unreadableConfig } from "./unreadable-config.ts";

const OWN_NAME = "prefect-fargate";

/** Makes every load a fresh one: modules stay cached under their URL for as long as the process lives. */
let loads = 0;

/** Runs a config written in TypeScript or JavaScript, by Node itself, and gives what it exports by default. */
export async function importConfig(path: string, cwd: string): Promise<unknown> {
  const source = await readFile(path, "utf8").catch((cause: NodeJS.ErrnoException) => {
    throw unreadableConfig(path, cause);
  });
  const url = `${pathToFileURL(path).href}?load=${++loads}`;
  const hooks = resolveForConfig(url);
  const restoreConsole = printOnStderr();
  let exports: Record<string, unknown>;
  try {
    exports = await import(/* @vite-ignore */ url);
    if ("default" in exports) return await exports.default;
  } catch (error) {
    throw explainImportError(error, { path, source, cwd });
  } finally {
    hooks.deregister();
    restoreConsole();
  }
  const named = Object.keys(exports).filter((name) => name !== "module.exports");
  throw explainImportError(undefined, { path, source, cwd, named });
}

/**
 * While a config loads, `prefect-fargate` means this package where none is installed beside the config (as with npx),
 * and a TypeScript config is a module whatever the package.json around it says.
 */
function resolveForConfig(configUrl: string) {
  return registerHooks({
    resolve(specifier, context, nextResolve) {
      if (specifier === configUrl && extname(new URL(configUrl).pathname).endsWith("ts"))
        return { url: configUrl, format: "module-typescript", shortCircuit: true };
      if (specifier !== OWN_NAME) return nextResolve(specifier, context);
      try {
        return nextResolve(specifier, context);
      } catch {
        return { url: pathToFileURL(ownEntry()).href, shortCircuit: true };
      }
    },
  });
}

/** What a config prints while it loads is no result of the command that loads it. */
function printOnStderr(): () => void {
  const { log, info, debug } = console;
  console.log = console.info = console.debug = console.error;
  return () => Object.assign(console, { log, info, debug });
}

/** The library's entry: built in the published package, in the sources while the package is being developed. */
function ownEntry(): string {
  const built = packagePath("dist", "index.js");
  return existsSync(built) ? built : packagePath("src", "index.ts");
}
