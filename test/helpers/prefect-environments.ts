import { PREFECT_DEFAULTS } from "#config/prefect-defaults.ts";
import { type PythonEnvironment, preparePython } from "#rehearsal/python.ts";
import { silentReporter } from "#reporter";

export async function emulatorEnvironment(): Promise<PythonEnvironment> {
  return (await preparePython(silentReporter)).environment("emulator");
}

/** What a server needs: Prefect alone, as in the stock image. */
export async function serverEnvironment(version: 2 | 3): Promise<PythonEnvironment> {
  return (await preparePython(silentReporter)).environment(`prefect-${version}`);
}

/** What a worker's task has after its start: the image, and the integration on top. */
export async function workerEnvironment(version: 2 | 3): Promise<PythonEnvironment> {
  const extras = PREFECT_DEFAULTS[version].extraPipPackages;
  return (await preparePython(silentReporter)).environment(`prefect-${version}`, [...extras]);
}
