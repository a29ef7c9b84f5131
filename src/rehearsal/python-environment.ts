import { access, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { execa, type Result } from "execa";
import { PrefectFargateError } from "#errors";
import { packagePath } from "#package";
import { buildOnce, isComplete } from "./build-once.ts";
import { contentKey } from "./content-key.ts";
import type { PythonInterpreter } from "./find-python.ts";
import { cacheError, packageError } from "./package-errors.ts";
import { constraintsFor, requirementName } from "./requirements.ts";

/** The locks in `python/`. `prefect-2` and `prefect-3` hold what the stock images hold; `moto` is for tests. */
export type EnvironmentName = "emulator" | "prefect-2" | "prefect-3" | "moto" | "lint";

export interface PythonEnvironment {
  /** The interpreter of the virtual environment. */
  readonly python: string;
  /** Its folder of commands: what a container would have first on its PATH. */
  readonly bin: string;
}

export interface EnvironmentRequest {
  readonly name: EnvironmentName;
  /** EXTRA_PIP_PACKAGES as a list: `prefect-aws==0.4.20`. */
  readonly extras: readonly string[];
  readonly interpreter: PythonInterpreter;
  readonly cacheDir: string;
  readonly env: NodeJS.ProcessEnv;
  readonly uv: () => Promise<string>;
  readonly onProgress: (line: string) => void;
  readonly signal?: AbortSignal;
}

const lockOf = (name: string): string => packagePath("python", `${name}.txt`);

/** Where the environment lies and whether it is ready: costs no process, so that warm runs start at once. */
export async function locateEnvironment(
  request: Pick<EnvironmentRequest, "name" | "extras" | "interpreter" | "cacheDir">,
): Promise<{ dir: string; ready: boolean }> {
  const { name, extras, interpreter, cacheDir } = request;
  const locks = extras.length > 0 ? [lockOf(name), lockOf(`${name}-extras`)] : [lockOf(name)];
  const key = await contentKey(locks, [
    interpreter.version,
    interpreter.platform,
    interpreter.path,
    ...extras.toSorted(),
  ]);
  const dir = join(cacheDir, `${name}-${key}`);
  return { dir, ready: (await isComplete(dir)) && (await runs(dir)) };
}

export const environmentAt = (dir: string): PythonEnvironment => ({
  python: join(dir, "bin", "python"),
  bin: join(dir, "bin"),
});

/** Makes the environment, or waits for another process that is making it. */
export async function buildEnvironment(dir: string, request: EnvironmentRequest): Promise<PythonEnvironment> {
  const { name, extras, interpreter, env, signal } = request;
  try {
    const uv = await request.uv();
    await buildOnce(
      dir,
      async () => {
        const python = join(dir, "bin", "python");
        const run = (args: string[]) => runUv(uv, args, request);
        const must = async (args: string[]) => {
          const result = await run(args);
          if (result.failed) throw packageError(`The Python environment ${name}`, result);
        };
        await must([
          "venv",
          "--quiet",
          "--allow-existing",
          "--no-project",
          "--python",
          interpreter.path,
          dir,
        ]);
        await must([
          "pip",
          "install",
          "--python",
          python,
          "--no-deps",
          "--require-hashes",
          "--requirement",
          lockOf(name),
        ]);
        if (extras.length > 0) await installExtras(python, dir, request, run);
      },
      signal,
    );
  } catch (error) {
    throw cacheError(env.PREFECT_FARGATE_CACHE_DIR ?? dir, error);
  }
  return environmentAt(dir);
}

/**
 * Installs extra packages as `uv pip install` in the image would, but in the locked versions, hashes checked, wherever the
 * lock knows a package. Where the lock does not fit what was asked for, the index decides, as it does in the image.
 */
async function installExtras(
  python: string,
  dir: string,
  request: EnvironmentRequest,
  run: (args: string[]) => Promise<Result>,
): Promise<void> {
  const { name, extras } = request;
  const constraints = join(dir, "constraints.txt");
  await writeFile(constraints, constraintsFor(await readFile(lockOf(`${name}-extras`), "utf8"), extras));
  const locked = await run(["pip", "install", "--python", python, "--constraint", constraints, ...extras]);
  if (!locked.failed) return;
  const error = packageError(`extraPipPackages (${extras.join(" ")})`, locked);
  if (error.code !== "PYTHON_PACKAGE_UNKNOWN") throw error;
  const free = await run(["pip", "install", "--python", python, ...extras]);
  if (free.failed) throw packageError(`extraPipPackages (${extras.join(" ")})`, free);
}

async function runUv(uv: string, args: string[], request: EnvironmentRequest): Promise<Result> {
  const child = execa(uv, args, {
    env: uvEnvironment(request.env, request.cacheDir),
    extendEnv: false,
    reject: false,
    cwd: request.cacheDir,
    cancelSignal: request.signal,
  });
  createInterface({ input: child.stderr }).on("line", (line) => {
    if (/^ *(Resolved|Downloading|Prepared|Building|Installed)/.test(line))
      request.onProgress(line.trim().toLowerCase());
  });
  const result = await child;
  request.signal?.throwIfAborted();
  return result as Result;
}

/** The user's own network settings stay; an active environment and project settings of theirs do not reach in. */
function uvEnvironment(env: NodeJS.ProcessEnv, cacheDir: string): NodeJS.ProcessEnv {
  const { VIRTUAL_ENV, CONDA_PREFIX, PYTHONHOME, PYTHONPATH, UV_PROJECT_ENVIRONMENT, UV_PYTHON, ...rest } =
    env;
  return {
    UV_CACHE_DIR: join(cacheDir, "uv"),
    // A company's index is often known to pip only.
    ...(env.PIP_INDEX_URL ? { UV_DEFAULT_INDEX: env.PIP_INDEX_URL } : {}),
    ...rest,
    UV_NO_PROGRESS: "1",
    UV_PYTHON_DOWNLOADS: "never",
    NO_COLOR: "1",
  };
}

/** False when the interpreter it was made from has been removed since: its link then leads nowhere. */
const runs = (dir: string): Promise<boolean> =>
  access(join(dir, "bin", "python")).then(
    () => true,
    () => false,
  );

/** @throws EXTRA_PIP_PACKAGE_INVALID for what is no requirement, before anything is downloaded. */
export function checkExtras(extras: readonly string[]): void {
  const strange = extras.find((extra) => requirementName(extra) === undefined);
  if (strange === undefined) return;
  throw new PrefectFargateError("EXTRA_PIP_PACKAGE_INVALID", `"${strange}" is no Python requirement.`, {
    hint: 'Write extraPipPackages like ["prefect-aws==0.7.12"].',
  });
}
