import { join } from "node:path";
import { execa } from "execa";
import semver from "semver";
import { packagePath } from "#package";
import { buildOnce } from "./build-once.ts";
import { contentKey } from "./content-key.ts";
import type { PythonInterpreter } from "./find-python.ts";
import { cacheError, packageError } from "./package-errors.ts";

/** The first uv that knows every option used here; an older one on the PATH is left alone. */
const MINIMUM_UV = "0.8.0";

/**
 * Gives the path of uv, which installs in seconds what takes pip the better part of a minute: the one on the PATH when
 * it is new enough, else our own, installed from PyPI by pip and checked against `python/uv.txt`.
 */
export async function findUv(
  python: PythonInterpreter,
  cacheDir: string,
  env: NodeJS.ProcessEnv,
  signal?: AbortSignal,
): Promise<string> {
  return (await uvOnPath(env)) ?? (await ownUv(python, cacheDir, env, signal));
}

async function uvOnPath(env: NodeJS.ProcessEnv): Promise<string | undefined> {
  const { stdout } = await execa("uv", ["--version"], {
    env,
    extendEnv: false,
    reject: false,
    timeout: 10_000,
  });
  const version = semver.coerce(stdout);
  return version && semver.gte(version, MINIMUM_UV) ? "uv" : undefined;
}

async function ownUv(
  python: PythonInterpreter,
  cacheDir: string,
  env: NodeJS.ProcessEnv,
  signal?: AbortSignal,
): Promise<string> {
  const lock = packagePath("python", "uv.txt");
  const dir = join(cacheDir, `uv-${await contentKey([lock], [python.version, python.platform])}`);
  const run = async (command: string, args: string[]) => {
    const result = await execa(command, args, { env, extendEnv: false, reject: false, cancelSignal: signal });
    signal?.throwIfAborted();
    if (result.failed) throw packageError("uv", result);
  };
  try {
    await buildOnce(
      dir,
      async () => {
        await run(python.path, ["-m", "venv", dir]);
        await run(join(dir, "bin", "python"), [
          "-m",
          "pip",
          "install",
          "--quiet",
          "--require-hashes",
          "-r",
          lock,
        ]);
      },
      signal,
    );
  } catch (error) {
    throw cacheError(dir, error);
  }
  return join(dir, "bin", "uv");
}
