import { cacheDirectory } from "#engine/cache-dir.ts";
import type { Reporter } from "#reporter";
import { findPython, type PythonInterpreter } from "./find-python.ts";
import { findUv } from "./find-uv.ts";
import {
  buildEnvironment,
  checkExtras,
  type EnvironmentName,
  environmentAt,
  locateEnvironment,
  type PythonEnvironment,
} from "./python-environment.ts";

export type { PythonEnvironment } from "./python-environment.ts";

export interface PreparePythonOptions {
  /** @default process.env */
  readonly env?: NodeJS.ProcessEnv;
  /** @default cacheDirectory(env) */
  readonly cacheDir?: string;
  readonly signal?: AbortSignal;
}

/** The Python side of a rehearsal: an interpreter found on this machine, and virtual environments made from locked files. */
export interface PythonParts {
  readonly interpreter: PythonInterpreter;
  /**
   * A ready environment with the packages of `python/<name>.txt`, and with `extras` (EXTRA_PIP_PACKAGES as a list) on top.
   * Made once and kept in the cache; several may be asked for at the same time.
   */
  environment(name: EnvironmentName, extras?: readonly string[]): Promise<PythonEnvironment>;
}

/**
 * Finds Python and gets ready to make environments; nothing is downloaded before one is asked for.
 *
 * @throws PYTHON_MISSING, PYTHON_TOO_OLD, PYTHON_TOO_NEW; `environment` throws PACKAGE_INDEX_UNREACHABLE,
 * CERTIFICATE_NOT_TRUSTED, NO_SPACE_LEFT, CACHE_NOT_WRITABLE, PYTHON_PACKAGE_CHANGED, PYTHON_PACKAGE_UNKNOWN,
 * PYTHON_VENV_MISSING, EXTRA_PIP_PACKAGE_INVALID.
 */
export async function preparePython(
  reporter: Reporter,
  options: PreparePythonOptions = {},
): Promise<PythonParts> {
  const env = options.env ?? process.env;
  const cacheDir = options.cacheDir ?? cacheDirectory(env);
  const interpreter = await findPython(env);
  let uv: Promise<string> | undefined;
  const making = new Map<string, Promise<PythonEnvironment>>();

  async function environment(
    name: EnvironmentName,
    extras: readonly string[] = [],
  ): Promise<PythonEnvironment> {
    checkExtras(extras);
    const { dir, ready } = await locateEnvironment({ name, extras, interpreter, cacheDir });
    if (ready) return environmentAt(dir);
    const title = `Python packages: ${[name, ...extras].join(" + ")}`;
    const made =
      making.get(dir) ??
      reporter.stage(title, (stage) =>
        buildEnvironment(dir, {
          name,
          extras,
          interpreter,
          cacheDir,
          env,
          uv: () => (uv ??= findUv(interpreter, cacheDir, env, options.signal)),
          onProgress: (line) => stage.update(line),
          signal: options.signal,
        }),
      );
    making.set(dir, made);
    return made.finally(() => making.delete(dir));
  }

  return { interpreter, environment };
}
