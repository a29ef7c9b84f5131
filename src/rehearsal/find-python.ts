import { execa } from "execa";
import { PrefectFargateError } from "#errors";

/** What Prefect and the emulator run on: Prefect 3 and ministack both need 3.10. */
const MINIMUM = [3, 10] as const;
/** The first version that some locked package has no build for. */
const FIRST_UNKNOWN = [3, 14] as const;

/** Tried in this order. `python3` is what people mean; the numbered ones help where it is too old or too new. */
const CANDIDATES = ["python3", "python", "python3.13", "python3.12", "python3.11", "python3.10"];

const PROBE = [
  "import json, platform, sys, sysconfig",
  "print(json.dumps({'path': sys.executable, 'version': platform.python_version(), 'platform': sysconfig.get_platform(), 'minor': sys.version_info[:2]}))",
].join("\n");

export interface PythonInterpreter {
  /** The real executable, not a shim that may change its mind in another folder. */
  readonly path: string;
  /** "3.11.7" */
  readonly version: string;
  /** "linux-x86_64": environments are built for one platform. */
  readonly platform: string;
}

/**
 * Finds a Python between 3.10 and 3.13: the one named by PREFECT_FARGATE_PYTHON, else the first fitting one on the PATH.
 *
 * @throws PYTHON_MISSING when there is none, PYTHON_TOO_OLD or PYTHON_TOO_NEW when none fits.
 */
export async function findPython(env: NodeJS.ProcessEnv = process.env): Promise<PythonInterpreter> {
  const named = env.PREFECT_FARGATE_PYTHON;
  const unfit: Probed[] = [];
  for (const candidate of named ? [named] : CANDIDATES) {
    const found = await probe(candidate, env);
    if (!found) continue;
    if (compare(found.minor, MINIMUM) >= 0 && compare(found.minor, FIRST_UNKNOWN) < 0) {
      const { path, version, platform } = found;
      return { path, version, platform };
    }
    unfit.push(found);
  }
  if (unfit[0]) throw unfitError(unfit[0], named);
  throw new PrefectFargateError(
    "PYTHON_MISSING",
    named ? `PREFECT_FARGATE_PYTHON is ${named}, which is no Python.` : "There is no Python on the PATH.",
    {
      source: "environment",
      hint: named
        ? "Set PREFECT_FARGATE_PYTHON to a Python 3.10 to 3.13, or unset it."
        : "Install Python 3.10 to 3.13 (apt install python3 python3-venv, brew install python@3.13), or set PREFECT_FARGATE_PYTHON.",
    },
  );
}

interface Probed extends PythonInterpreter {
  readonly minor: readonly [number, number];
}

/** Undefined for what does not run or is no Python (a Windows store stub, Python 2). */
async function probe(command: string, env: NodeJS.ProcessEnv): Promise<Probed | undefined> {
  const answer = await execa(command, ["-c", PROBE], {
    env,
    extendEnv: false,
    reject: false,
    timeout: 20_000,
  });
  if (answer.failed) return undefined;
  try {
    return JSON.parse(answer.stdout) as Probed;
  } catch {
    return undefined;
  }
}

function unfitError(found: Probed, named: string | undefined): PrefectFargateError {
  const old = compare(found.minor, MINIMUM) < 0;
  return new PrefectFargateError(
    old ? "PYTHON_TOO_OLD" : "PYTHON_TOO_NEW",
    `${found.path} is Python ${found.version}; the rehearsal needs 3.10 to 3.13.`,
    {
      source: "environment",
      hint: `Install Python 3.13 beside it${named ? "" : ", or name another"}: export PREFECT_FARGATE_PYTHON=/path/to/python3.13`,
    },
  );
}

const compare = (a: readonly [number, number], b: readonly [number, number]): number =>
  a[0] - b[0] || a[1] - b[1];
