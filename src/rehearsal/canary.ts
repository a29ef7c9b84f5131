import { readdir, readFile } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { type CanaryReturn, deployCanary, deployFlow } from "#actions/canary.ts";
import type { SystemWorker } from "#actions/system.ts";
import { PrefectFargateError } from "#errors";
import type { Deployment, PrefectClient } from "#prefect/client.ts";
import type { JsonObject } from "#prefect/job-template.ts";

/** A flow of the user's: a Python file and the name of the flow function in it. */
export interface FlowFile {
  readonly file: string;
  readonly name: string;
}

type PooledWorker = Pick<SystemWorker, "work_pool" | "worker_type">;

/** Registers the canary so that a rehearsal can read what it returned: results are written to `storageDir`. */
export const deployRehearsedCanary = (
  prefect: PrefectClient,
  { work_pool, worker_type }: PooledWorker,
  storageDir: string,
): Promise<Deployment> =>
  deployCanary(prefect, work_pool, {
    ...quickly(prefect, worker_type),
    env: { PREFECT_LOCAL_STORAGE_PATH: storageDir },
  });

/** Registers a flow of the user's, run from where its file lies on this machine. */
export async function deployFlowFile(
  prefect: PrefectClient,
  { work_pool, worker_type }: PooledWorker,
  { file, name }: FlowFile,
): Promise<Deployment> {
  const path = resolve(file);
  await readFile(path).catch((cause: unknown) => {
    throw new PrefectFargateError("FLOW_FILE_MISSING", `${path} cannot be read.`, {
      cause,
      hint: "Name a Python file and the flow in it: --flow flows/hello.py:hello",
    });
  });
  return deployFlow(prefect, name, {
    workPool: work_pool,
    entrypoint: `${basename(path)}:${name}`,
    pullSteps: [{ "prefect.deployments.steps.set_working_directory": { directory: dirname(path) } }],
    // Python would leave what it compiles beside the user's file.
    jobVariables: { ...quickly(prefect, worker_type), env: { PYTHONDONTWRITEBYTECODE: "1" } },
  });
}

/** A Prefect 2 worker looks every 5 s whether a run's task has ended, and does not end itself before it knows. */
const quickly = ({ version }: PrefectClient, type: PooledWorker["worker_type"]): JsonObject =>
  version === 2 && type === "ecs" ? { task_watch_poll_interval: 0.5 } : {};

/** Reads what the canary returned from the folder to which its environment had results written. */
export async function readReturn(storageDir: string): Promise<CanaryReturn | undefined> {
  const files = await readdir(storageDir).catch(() => []);
  const contents = await Promise.all(files.map((file) => readFile(join(storageDir, file), "utf8")));
  return contents.map(returnedValue).find((value) => value !== undefined);
}

/** Prefect 3 writes the value as it was serialized, Prefect 2 wraps it. Results of tasks lie beside it. */
function returnedValue(content: string): CanaryReturn | undefined {
  try {
    const stored = JSON.parse(content);
    const value = typeof stored.data === "string" ? JSON.parse(stored.data) : stored;
    return typeof value.greeting === "string" && "key_fingerprint" in value ? value : undefined;
  } catch {
    return undefined;
  }
}
