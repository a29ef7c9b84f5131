import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { packagePath } from "#package";
import type { Deployment, PrefectClient } from "#prefect/client.ts";
import type { JsonObject } from "#prefect/job-template.ts";

const CANARY_FILE = packagePath("python", "canary.py");
/** Deployments of ours, each under its flow's name: `canary/prefect-fargate`. */
const DEPLOYMENT_NAME = "prefect-fargate";

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

/** How a task gets a flow's code, and what its deployment sets of the pool's variables. */
export interface HowToRun {
  readonly workPool: string;
  readonly entrypoint: string;
  readonly pullSteps: readonly JsonObject[];
  readonly jobVariables?: JsonObject;
}

/**
 * Registers the canary. Its code travels in the pull step, so that it needs no registry, no bucket and no image of
 * its own: any task with Prefect in it can run it.
 */
export async function deployCanary(
  prefect: PrefectClient,
  workPool: string,
  jobVariables: JsonObject = {},
): Promise<Deployment> {
  const code = (await readFile(CANARY_FILE)).toString("base64");
  const script = `python -c "import base64, pathlib; pathlib.Path('canary.py').write_bytes(base64.b64decode('${code}'))"`;
  return deployFlow(prefect, "canary", {
    workPool,
    entrypoint: "canary.py:canary",
    pullSteps: [{ "prefect.deployments.steps.run_shell_script": { script } }],
    jobVariables,
  });
}

/** Registers a flow of that name, or brings its deployment of ours up to date. */
export async function deployFlow(
  prefect: PrefectClient,
  name: string,
  { workPool, entrypoint, pullSteps, jobVariables = {} }: HowToRun,
): Promise<Deployment> {
  const flow = await prefect.createFlow(name.replaceAll("_", "-"));
  return prefect.createDeployment({
    name: DEPLOYMENT_NAME,
    flowId: flow.id,
    workPool,
    entrypoint,
    pullSteps,
    jobVariables,
  });
}
