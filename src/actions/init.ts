import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { loadConfig } from "#config/load-config.ts";
import type { InitAnswers } from "./init/answers.ts";
import { configOf } from "./init/config-input.ts";
import { CONFIG_FILE, configPage } from "./init/config-page.ts";
import {
  DEPLOYMENTS_FILE,
  deploymentsPage,
  FLOW_FILE,
  type FlowSource,
  flowPage,
} from "./init/first-flow.ts";
import { IGNORE_FILE, withIgnoredFiles } from "./init/git-ignore.ts";

export interface InitOptions {
  /** The project's folder. */
  readonly cwd: string;
  /** Undefined when the project has a config already: it is left alone, and only what is missing beside it is written. */
  readonly answers: InitAnswers | undefined;
  /** The pool that the first flow is deployed to. */
  readonly workPool: string;
  /** Where flow runs fetch the flow from. @default - a placeholder to be filled in */
  readonly source: FlowSource | undefined;
}

export interface Initialized {
  /** Relative to the project's folder. */
  readonly written: readonly string[];
  /** What was there before and stays as it is. */
  readonly kept: readonly string[];
}

/** The project's own config, where it has one; nothing is asked then. */
export async function existingConfig(
  cwd: string,
  env: Readonly<NodeJS.ProcessEnv>,
): Promise<{ file: string; workPool: string } | undefined> {
  const { config, file } = await loadConfig({ cwd, env });
  if (file === undefined) return undefined;
  const [worker] = Object.values(config.workers);
  return { file: relative(cwd, file), workPool: worker!.workPool };
}

/**
 * Writes what a project begins with: config, ignored files, a first flow and how it is deployed. Nothing that is there is
 * overwritten.
 *
 * @throws CONFIG_INVALID before anything is written
 */
export async function init({ cwd, answers, workPool, source }: InitOptions): Promise<Initialized> {
  if (answers) configOf(answers);
  const files: [path: string, text: string][] = [
    ...(answers ? [[CONFIG_FILE, configPage(answers)] as [string, string]] : []),
    [FLOW_FILE, flowPage()],
    [DEPLOYMENTS_FILE, deploymentsPage({ source, workPool })],
  ];
  const written: string[] = [];
  const kept: string[] = [];
  for (const [path, text] of files) ((await create(join(cwd, path), text)) ? written : kept).push(path);
  if (await ignoreFiles(join(cwd, IGNORE_FILE))) written.push(IGNORE_FILE);
  return { written, kept };
}

/** @returns false when there is such a file already */
async function create(path: string, text: string): Promise<boolean> {
  await mkdir(dirname(path), { recursive: true });
  try {
    await writeFile(path, text, { flag: "wx" });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

/** Lines are added to what a project ignores; none is taken away. */
async function ignoreFiles(path: string): Promise<boolean> {
  const before = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  const after = withIgnoredFiles(before);
  if (after === undefined) return false;
  await writeFile(path, after);
  return true;
}
