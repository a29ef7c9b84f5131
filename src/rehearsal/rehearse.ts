import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import getPort from "get-port";
import type { OnlineWorker } from "#actions/await-online.ts";
import { type CanaryReturn, keyFingerprint } from "#actions/canary.ts";
import { applyAndWire, awaitServices, awaitWorkers } from "#actions/deploy.ts";
import { misplacements } from "#actions/flow-run-task.ts";
import { type FollowedRun, followFlowRun } from "#actions/follow-flow-run.ts";
import { plan } from "#actions/plan/make-plan.ts";
import { removeSystem } from "#actions/remove-system.ts";
import type { System } from "#actions/system.ts";
import { openWorkplace, type Workplace } from "#actions/workplace.ts";
import type { Config } from "#config/schema.ts";
import { cacheDirectory } from "#engine/cache-dir.ts";
import { ensureTerraform } from "#engine/ensure-terraform.ts";
import { ensureRoom } from "#engine/file-problem.ts";
import { PrefectFargateError } from "#errors";
import type { Reporter } from "#reporter";
import { deployFlowFile, deployRehearsedCanary, type FlowFile, readReturn } from "./canary.ts";
import { type LocalCloud, startLocalCloud } from "./local-cloud.ts";
import { cacheError } from "./package-errors.ts";
import { preparePython } from "./python.ts";
import { isRehearsable, rehearsalConfig } from "./rehearsal-config.ts";
import { openRehearsalFolder, type RehearsalFolder, sweepRehearsals } from "./rehearsal-folder.ts";
import { Teardown } from "./teardown.ts";
import { together } from "./together.ts";

/** As macOS has it, terminating zero included; Linux has 108. https://man.freebsd.org/cgi/man.cgi?query=unix&sektion=4 */
const SOCKET_PATH_BYTES = 104;
/** `plugin` and a random 32 bit number: https://github.com/hashicorp/go-plugin/blob/v1.6.3/server.go, `os.CreateTemp`. */
const LONGEST_SOCKET_NAME = "plugin4294967295";

/** What is rehearsed, and who may look on. */
export interface RehearseOptions {
  /** The system; its names and sizes hold, what it says of AWS and Prefect accounts does not. */
  readonly config: Config;
  /** The flow that runs. @default - the built-in canary, whose output and return value are checked */
  readonly flow?: FlowFile;
  /** Called when everything is up and the flow run has ended; nothing is removed before its promise resolves. @default - nobody looks */
  readonly whileUp?: (up: RehearsalUp) => Promise<void>;
  /** Called when everything has been removed, with the emulated AWS still there to be asked. @default - nobody looks */
  readonly whenRemoved?: (up: RehearsalUp) => Promise<void>;
  /** Ends it: everything is removed all the same. @default - nothing does */
  readonly signal?: AbortSignal;
}

/** What there is to look at while a rehearsal is up. */
export interface RehearsalUp {
  readonly cloud: LocalCloud;
  readonly workplace: Workplace;
  readonly system: System;
  readonly result: Omit<RehearsalResult, "seconds">;
}

/** What was seen in a rehearsal. */
export interface RehearsalResult {
  /** The Prefect server: its major version, its release, and where its pages were. */
  readonly prefect: { readonly version: 2 | 3; readonly release: string; readonly uiUrl: string };
  /** How many resources Terraform created, and removed again. */
  readonly resources: number;
  /** The worker as Prefect showed it. */
  readonly worker: Pick<OnlineWorker, "name" | "workPool" | "status">;
  /** The flow run: its last state, what it printed and returned, and the ARN of its task. */
  readonly flowRun: {
    readonly name: string;
    readonly state: string;
    readonly printed: readonly string[];
    readonly returned: unknown;
    readonly task: string | undefined;
  };
  /** From the beginning until everything was removed. */
  readonly seconds: number;
}

/**
 * Runs the whole system for real on this machine: Terraform with the AWS provider against an emulated AWS, a Prefect
 * server, a worker that comes ONLINE, a flow run as a task of its own. Then removes all of it.
 *
 * Leaves nothing behind, however it ends; what a killed rehearsal left is swept by the next one.
 *
 * @throws what deploying throws; FLOW_RUN_FAILED, FLOW_RUN_MISPLACED, CANARY_DIFFERS, PREFECT_SERVER_DIED, EMULATOR_DIED,
 * and what TERRAFORM_* and PYTHON_* say of this machine
 */
export async function rehearse(options: RehearseOptions, reporter: Reporter): Promise<RehearsalResult> {
  const started = performance.now();
  const teardown = new Teardown();
  const ending = new AbortController();
  const signal = AbortSignal.any([ending.signal, ...(options.signal ? [options.signal] : [])]);
  let work: Promise<Omit<RehearsalResult, "seconds">> | undefined;
  try {
    const { cloud, workplace } = await setUp({ ...options, signal }, teardown, reporter);
    work = perform({ ...options, signal }, cloud, workplace, reporter, () => ending.abort());
    const result = await Promise.race([work, cloud.casualty]);
    return { ...result, seconds: Math.round((performance.now() - started) / 100) / 10 };
  } finally {
    ending.abort();
    // Terraform must have let go of its folder before the folder goes.
    await work?.catch(() => {});
    await teardown.run(reporter);
  }
}

async function perform(
  options: RehearseOptions,
  cloud: LocalCloud,
  workplace: Workplace,
  reporter: Reporter,
  stop: () => void,
): Promise<Omit<RehearsalResult, "seconds">> {
  const [planned, { release, uiUrl }] = await together(stop, [
    plan(workplace, reporter),
    cloud.prefectServer,
  ]);
  const { system, resources } = await applyAndWire(workplace, planned, reporter);
  const [[worker], , flowRun] = await together(stop, [
    awaitWorkers(workplace, system, reporter, options.signal),
    awaitServices(workplace, system, reporter, options.signal),
    rehearseFlowRun(options, cloud, workplace, system, reporter),
  ]);
  const result = {
    prefect: { version: options.config.prefect.version, release, uiUrl },
    resources: resources.added,
    worker: { name: worker!.name, workPool: worker!.workPool, status: worker!.status },
    flowRun,
  };
  const up = { cloud, workplace, system, result };
  await options.whileUp?.(up);
  // Ctrl-C is how a look around ends. What was made is forgotten with the emulated AWS: nobody waits for its removal.
  if (options.whileUp && options.signal?.aborted) return result;
  await removeSystem(workplace, reporter, system);
  await options.whenRemoved?.(up);
  return result;
}

/** Everything that must be there before Terraform can plan. */
async function setUp({ config, signal }: RehearseOptions, teardown: Teardown, reporter: Reporter) {
  await makeRoom(cacheDirectory());
  const [terraform, python] = await Promise.all([
    ensureTerraform({ reporter, ...(signal ? { signal } : {}) }),
    preparePython(reporter, signal ? { signal } : {}),
    sweepRehearsals(cacheDirectory()).then((swept) => {
      const whose = swept === 1 ? "a rehearsal" : `${swept} rehearsals`;
      if (swept > 0) reporter.note(`Cleaned up after ${whose} that had been killed.`);
    }),
  ]);
  const folder = await openRehearsalFolder(cacheDirectory());
  teardown.add("The rehearsal's folder", () => folder.remove());
  const cloud = await startLocalCloud(config, python, folder, teardown, reporter, { signal });
  const ports = await Promise.all(Object.keys(config.workers).map(() => getPort({ host: "127.0.0.1" })));
  const rehearsed = rehearsalConfig(config, { ...cloud, apiUrl: cloud.door.apiUrl }, ports);
  for (const [name, service] of Object.entries(config.services))
    if (!isRehearsable(service))
      reporter.note(
        `Service ${name} is made and not run: a rehearsal has neither its image nor its secrets, but Prefect's own.`,
      );
  const surroundings = {
    dir: await folder.folder("terraform"),
    terraform,
    env: { ...cloud.emulator.env, ...(await temporaryFiles(folder)) },
    apiKey: cloud.apiKey,
    ...(signal ? { signal } : {}),
  };
  const workplace = await openWorkplace(rehearsed, surroundings, reporter);
  teardown.add("Terraform's folder", async () => workplace.close());
  return { cloud, workplace };
}

/**
 * Terraform's providers listen on sockets among the temporary files, and leave them there when they are killed. In the
 * rehearsal's folder they are swept with the rest.
 */
async function temporaryFiles(folder: RehearsalFolder): Promise<{ TMPDIR?: string }> {
  const TMPDIR = await folder.folder("tmp");
  return Buffer.byteLength(join(TMPDIR, LONGEST_SOCKET_NAME)) < SOCKET_PATH_BYTES ? { TMPDIR } : {};
}

/** Python keeps what it compiles, cut off where the disk was full, and is broken from then on: no room is no start. */
async function makeRoom(cacheDir: string): Promise<void> {
  await mkdir(cacheDir, { recursive: true }).catch((error: unknown) => {
    throw cacheError(cacheDir, error);
  });
  ensureRoom(cacheDir);
}

/** Starts the flow as soon as the pool is wired: the worker picks it up when it is there. */
async function rehearseFlowRun(
  { flow, signal }: RehearseOptions,
  cloud: LocalCloud,
  workplace: Workplace,
  system: System,
  reporter: Reporter,
): Promise<RehearsalResult["flowRun"]> {
  const { prefect, dir } = workplace;
  const worker = Object.values(system.workers)[0]!;
  const storage = join(dir, "..", "results");
  const greeting = `Hello from a rehearsal, ${keyFingerprint(cloud.apiKey + dir)}.`;
  await mkdir(storage, { recursive: true });
  return reporter.stage(`Flow run of ${flow?.name ?? "the canary"}`, async (stage) => {
    const deployment = flow
      ? await deployFlowFile(prefect, worker, flow)
      : await deployRehearsedCanary(prefect, worker, storage);
    const { id } = await prefect.createFlowRun(deployment.id, flow ? {} : { parameters: { greeting } });
    const followed = await followFlowRun(id, system.cluster_arn, workplace, stage, {
      workerType: worker.worker_type,
      intervalSeconds: 0.3,
      signal,
    });
    refuseFailure(followed);
    refuseMisplacement(followed, system);
    const returned = flow ? undefined : await readReturn(storage);
    if (!flow) refuseOtherCanary(followed, returned, greeting, cloud.apiKey);
    const { run, task, lines } = followed;
    return { name: run.name, state: run.state.name, printed: lines, returned, task: task?.taskArn };
  });
}

function refuseFailure({ run, lines }: FollowedRun): void {
  if (run.state.type === "COMPLETED") return;
  throw new PrefectFargateError(
    "FLOW_RUN_FAILED",
    `Flow run ${run.name} ended as ${run.state.name}${run.state.message ? `: ${run.state.message}` : "."}`,
    { details: lines.slice(-15), hint: "prefect-fargate rehearse --keep leaves everything up to look at." },
  );
}

function refuseMisplacement({ run, task }: FollowedRun, system: System): void {
  const worker = Object.values(system.workers)[0]!;
  const problems = task
    ? misplacements(task, system, worker)
    : [`There was no task for it in ${system.cluster_name}.`];
  if (problems.length === 0) return;
  throw new PrefectFargateError(
    "FLOW_RUN_MISPLACED",
    `Flow run ${run.name} Completed, but in the wrong place.`,
    {
      source: "bug",
      details: problems,
    },
  );
}

function refuseOtherCanary(
  { lines, task }: FollowedRun,
  returned: CanaryReturn | undefined,
  greeting: string,
  apiKey: string,
): void {
  const problems = [
    ...(lines.includes(greeting) ? [] : [`It did not print ${JSON.stringify(greeting)}.`]),
    ...(returned?.greeting === greeting ? [] : [`It returned ${JSON.stringify(returned)}.`]),
    ...(returned?.task === task?.taskArn
      ? []
      : [`It says that it ran in ${returned?.task}, ECS says ${task?.taskArn}.`]),
    ...(returned?.key_fingerprint === keyFingerprint(apiKey)
      ? []
      : ["Its PREFECT_API_KEY is not the secret's."]),
  ];
  if (problems.length === 0) return;
  throw new PrefectFargateError("CANARY_DIFFERS", "The canary Completed, but not as it should.", {
    source: "bug",
    details: problems,
  });
}
