import { stripTypeScriptTypes } from "node:module";
import { basename, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { PrefectFargateError, type PrefectFargateErrorOptions } from "#errors";
import { hideKeys } from "./show-value.ts";

interface ImportedFile {
  readonly path: string;
  readonly source: string;
  readonly cwd: string;
  /** What the file exports, when it exports no default. */
  readonly named?: readonly string[];
}

/** One sentence with file and line for whatever kept a config from loading; Node's own stack trace says less. */
export function explainImportError(error: unknown, file: ImportedFile): PrefectFargateError {
  const where = relative(file.cwd, file.path) || basename(file.path);
  if (file.named) return noDefault(where, file.named);
  const at = locate(error, file) ?? where;
  const fail = (code: string, sentence: string, options: PrefectFargateErrorOptions) =>
    new PrefectFargateError(code, sentence, { cause: error, ...options });

  if (!(error instanceof Error))
    return fail("CONFIG_FAILED", `${at} failed: it threw ${hideKeys(String(error))}.`, {
      hint: `Correct ${where}`,
    });
  const message = hideKeys(sentence(error.message));
  const code = (error as NodeJS.ErrnoException).code;
  if (code === "ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX")
    return fail("CONFIG_SYNTAX", `${at} cannot be run as it stands. ${message}`, {
      details: ["Node runs TypeScript by leaving the types out, so only types may be TypeScript's own."],
      hint: "Write it without enum, namespace or parameter properties",
    });
  if (error instanceof SyntaxError) {
    const esm = /Cannot use import statement|Unexpected token 'export'/.test(error.message);
    const hint = esm ? `Rename ${where} so that it ends with .ts or .mjs` : `Correct ${at}`;
    return fail("CONFIG_SYNTAX", `${at} is not valid. ${message}`, { hint });
  }
  if (code === "ERR_MODULE_NOT_FOUND" || code === "ERR_PACKAGE_PATH_NOT_EXPORTED") {
    const [, wanted, importer] =
      /Cannot find (?:module|package) '([^']+)' imported from (.+)$/.exec(error.message) ?? [];
    const missing = wanted?.startsWith("/") ? relative(file.cwd, wanted) : (wanted ?? "a module");
    const by = importer ? relative(file.cwd, importer.replace(/\?load=\d+$/, "")) : where;
    return fail("CONFIG_IMPORT", `${by} imports ${missing}, which does not exist.`, {
      hint: wanted?.startsWith("/") ? `Correct the import in ${by}` : `Run npm install ${missing}`,
    });
  }
  return fail("CONFIG_FAILED", `${at} failed. ${message}`, { hint: `Correct ${at}` });
}

function noDefault(where: string, named: readonly string[]): PrefectFargateError {
  const exported = named.length > 0 ? `It exports ${named.join(", ")}.` : "It exports nothing.";
  return new PrefectFargateError("CONFIG_NO_DEFAULT", `${where} has no default export.`, {
    details: [exported],
    hint: `Write export default defineConfig({ … }) in ${where}`,
  });
}

/** `prefect-fargate.config.ts:3`: from the line above a syntax error, or from the first frame in a file of the user. */
function locate(error: unknown, file: ImportedFile): string | undefined {
  const stack = error instanceof Error ? (error.stack ?? "") : "";
  const above = /^((?:file:\/\/)?\/[^\n]*?|[A-Za-z]:\\[^\n]*?):(\d+)\n/.exec(stack);
  const frames = [...stack.matchAll(/\(?(file:\/\/[^\s()]+?):(\d+):\d+\)?$/gm)];
  const ownFrame = frames.find(([, path]) => !path!.includes("/node_modules/")) ?? frames[0];
  const [, path, line] = above ?? ownFrame ?? [];
  if (path !== undefined) return `${relative(file.cwd, asPath(path))}:${line}`;
  return error instanceof SyntaxError ? locateSyntaxError(file) : undefined;
}

/** Node does not say where a JavaScript module breaks off; its TypeScript parser does. */
function locateSyntaxError(file: ImportedFile): string | undefined {
  try {
    stripTypeScriptTypes(file.source, { sourceUrl: file.path });
    return undefined;
  } catch (error) {
    const line = /:(\d+)\n/.exec((error as Error).stack ?? "")?.[1];
    return line === undefined ? undefined : `${relative(file.cwd, file.path)}:${line}`;
  }
}

const asPath = (location: string): string => {
  const path = location.startsWith("file:") ? fileURLToPath(location) : location;
  return path.replace(/\?load=\d+$/, "");
};

/** The first line, ended as a sentence. */
const sentence = (text: string): string => (text.split("\n")[0] ?? "").replace(/[.\s]*$/, ".");
