import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { PrefectFargateError } from "#errors";
import { packagePath } from "#package";
import type { Deployment, PrefectClient } from "#prefect/client.ts";
import type { JsonObject } from "#prefect/job-template.ts";

const CANARY_FILE = packagePath("python", "canary.py");

/** A flow of the user's: a Python file and the name of the flow function in it. */
export interface FlowFile {
  readonly file: string;
  readonly name: string;
}

/** What the canary returns: where it ran and with what, as seen from inside. */
export interface CanaryReturn {
  readonly greeting: string;
  readonly cluster: string;
  readonly task: string;
  readonly family: string;
  readonly key_fingerprint: string | null;
  readonly variables: readonly string[];
}

/** The fingerprint by which the canary tells which key it was given, without telling the key. */
export const keyFingerprint = (key: string): string =>
  createHash("sha256").update(key).digest("hex").slice(0, 16);

/**
 * Registers the canary. Its code travels in the pull step, so that it needs no registry, no bucket and no image of
 * its own: any task with Prefect in it can run it.
 */
export async function deployCanary(
  prefect: PrefectClient,
  workPool: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<Deployment> {
  const code = (await readFile(CANARY_FILE)).toString("base64");
  const script = `python -c "import base64, pathlib; pathlib.Path('canary.py').write_bytes(base64.b64decode('${code}'))"`;
  return deploy(prefect, "canary", {
    workPool,
    entrypoint: "canary.py:canary",
    pullSteps: [{ "prefect.deployments.steps.run_shell_script": { script } }],
    environment,
  });
}

/** Registers a flow of the user's, run from where its file lies on this machine. */
export async function deployFlowFile(
  prefect: PrefectClient,
  workPool: string,
  { file, name }: FlowFile,
): Promise<Deployment> {
  const path = resolve(file);
  await readFile(path).catch((cause: unknown) => {
    throw new PrefectFargateError("FLOW_FILE_MISSING", `${path} cannot be read.`, {
      cause,
      hint: "Name a Python file and the flow in it: --flow flows/hello.py:hello",
    });
  });
  return deploy(prefect, name, {
    workPool,
    entrypoint: `${basename(path)}:${name}`,
    pullSteps: [{ "prefect.deployments.steps.set_working_directory": { directory: dirname(path) } }],
  });
}

interface HowToRun {
  readonly workPool: string;
  readonly entrypoint: string;
  readonly pullSteps: readonly JsonObject[];
  readonly environment?: Readonly<Record<string, string>>;
}

async function deploy(prefect: PrefectClient, name: string, how: HowToRun): Promise<Deployment> {
  const flow = await prefect.createFlow(name.replaceAll("_", "-"));
  return prefect.createDeployment({
    name: "prefect-fargate",
    flowId: flow.id,
    workPool: how.workPool,
    entrypoint: how.entrypoint,
    pullSteps: how.pullSteps,
    jobVariables: {
      ...(how.environment ? { env: { ...how.environment } } : {}),
      // A Prefect 2 worker looks every 5 s whether a run's task has ended, and does not end itself before it knows.
      ...(prefect.version === 2 ? { task_watch_poll_interval: 0.5 } : {}),
    },
  });
}

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
