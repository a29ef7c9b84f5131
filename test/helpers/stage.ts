import { type ChildProcess, spawn } from "node:child_process";
import { type EventEmitter, once } from "node:events";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { CreateClusterCommand } from "@aws-sdk/client-ecs";
import getPort from "get-port";
import type { Terminal } from "#cli/surroundings.ts";
import { resolveConfig } from "#config/resolve-config.ts";
import type { ConfigInput } from "#config/schema.ts";
import { cacheDirectory } from "#engine/cache-dir.ts";
import { packagePath } from "#package";
import { createPrefectClient, type PrefectClient } from "#prefect/client.ts";
import { type LocalCloud, startLocalCloud } from "#rehearsal/local-cloud.ts";
import type { PrefectServer } from "#rehearsal/prefect-server.ts";
import { preparePython } from "#rehearsal/python.ts";
import { openRehearsalFolder } from "#rehearsal/rehearsal-folder.ts";
import { Teardown } from "#rehearsal/teardown.ts";
import { type AwsClients, awsClients } from "./emulator.ts";
import { RecordingReporter } from "./recording-reporter.ts";
import { type CliRun, runCli } from "./run-cli.ts";

export interface StageOptions {
  /** Prefect's major version: the server's, and the config's unless that says otherwise. */
  readonly version: 2 | 3;
  /**
   * Laid over the stage's own config, which has its Prefect and uses the region's default VPC: half the time of a new one.
   * "none" leaves the project folder empty.
   */
  readonly config?: ConfigInput | "none";
  /** Whether IAM policies decide what a caller may do. @default false */
  readonly authorize?: boolean;
  /** Lets the system use a cluster that is there already: Terraform waits ten seconds for a new one. @default false */
  readonly existingCluster?: boolean;
}

/** Surroundings that stay while commands come and go: an AWS account, a Prefect Cloud workspace, a project folder. */
export interface Stage {
  /** The project folder. */
  readonly dir: string;
  /** The whole environment of commands: AWS and Prefect lead to the stage, nothing of the machine's own does. */
  readonly env: Readonly<Record<string, string>>;
  readonly cloud: LocalCloud;
  readonly server: PrefectServer;
  readonly aws: AwsClients;
  readonly prefect: PrefectClient;
  /** What the stage's own servers said. */
  readonly reporter: RecordingReporter;
  /** The config that is on disk. */
  config(): ConfigInput;
  /** Writes another config: what is given, laid over the stage's own. */
  configure(config: ConfigInput): Promise<void>;
  /** Runs a command in this process, as a pipe would see it. */
  cli(argv: readonly string[], options?: StageCliOptions): Promise<CliRun>;
  /** The same for a command that has to succeed: `plan` may also say that something would change. */
  must(argv: readonly string[], options?: StageCliOptions): Promise<CliRun>;
  /** Starts a command as a process of its own, which can be killed. */
  start(argv: readonly string[], options?: Pick<StageCliOptions, "env" | "cwd">): StartedCli;
  close(): Promise<void>;
}

export interface StageCliOptions {
  /** Over the stage's own; undefined takes a variable away. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
  readonly signals?: EventEmitter;
  /** Where somebody answers. @default - nobody is there */
  readonly terminal?: Terminal;
}

export interface StartedCli {
  readonly process: ChildProcess;
  readonly ended: Promise<CliRun & { readonly signal: NodeJS.Signals | null }>;
}

/** Opens a stage. It lies among the rehearsals: should the tests be killed, the next rehearsal sweeps it. */
export async function openStage(options: StageOptions): Promise<Stage> {
  const { version, authorize, existingCluster = false } = options;
  const reporter = new RecordingReporter();
  const teardown = new Teardown();
  const python = await preparePython(reporter);
  const folder = await openRehearsalFolder(cacheDirectory());
  teardown.add("The stage's folder", () => folder.remove());
  try {
    const served = resolveConfig({ prefect: { version } }, "stage", {});
    const cloud = await startLocalCloud(served, python, folder, teardown, reporter, { authorize });
    const server = await cloud.prefectServer;
    const dir = await folder.folder("project");
    const env = commandEnvironment(cloud, await folder.folder("home"));
    const aws = awsClients(cloud.emulator);
    teardown.add("The tests' AWS clients", async () => {
      for (const client of Object.values(aws)) client.destroy();
    });
    const port = await getPort({ host: "127.0.0.1" });
    const cluster = existingCluster ? { cluster: { arn: await createCluster(aws) } } : {};
    let current: ConfigInput = {};
    const configure = async (config: ConfigInput) => {
      current = await stageConfig({ ...cluster, ...config }, version, cloud, port);
      await writeFile(join(dir, "prefect-fargate.config.json"), `${JSON.stringify(current, null, 2)}\n`);
    };
    if (options.config !== "none") await configure(options.config ?? {});
    const cli = (argv: readonly string[], { env: extra, cwd = dir, ...rest }: StageCliOptions = {}) =>
      runCli(argv, { cwd, env: { ...env, ...extra }, ...rest });
    return {
      dir,
      env,
      cloud,
      server,
      aws,
      reporter,
      prefect: createPrefectClient({ apiUrl: cloud.door.workspaceUrl, apiKey: cloud.apiKey, version }),
      config: () => current,
      configure,
      cli,
      must: async (argv, options) => {
        const run = await cli(argv, options);
        const succeeded = run.status === 0 || (argv[0] === "plan" && run.status === 2);
        if (!succeeded)
          throw new Error(`${argv.join(" ")} ended with ${run.status}:\n${run.stderr}${run.stdout}`);
        return run;
      },
      start: (argv, { env: extra, cwd = dir } = {}) => startCli(argv, cwd, { ...env, ...extra }),
      close: () => teardown.run(reporter),
    };
  } catch (error) {
    await teardown.run(reporter);
    throw error;
  }
}

async function createCluster({ ecs }: AwsClients): Promise<string> {
  const { cluster } = await ecs.send(new CreateClusterCommand({ clusterName: "shared-cluster" }));
  return cluster!.clusterArn!;
}

/** The stage's Prefect, its network, and workers that look for runs often and share the machine's one network. */
async function stageConfig(
  config: ConfigInput,
  version: 2 | 3,
  { accountId, workspaceId, door }: LocalCloud,
  firstPort: number,
): Promise<ConfigInput> {
  const names = Object.entries(config.workers ?? { "dev-worker": {} });
  const workers = await Promise.all(
    names.map(async ([name, worker], index) => {
      const port = index === 0 ? firstPort : await getPort({ host: "127.0.0.1" });
      const environment = {
        ...door.env,
        PREFECT_WORKER_QUERY_SECONDS: "1",
        PREFECT_WORKER_WEBSERVER_HOST: "127.0.0.1",
        PREFECT_WORKER_WEBSERVER_PORT: String(port),
        ...worker.environment,
      };
      return [name, { ...worker, environment }] as const;
    }),
  );
  return {
    network: { kind: "existing", assignPublicIp: true },
    ...config,
    prefect: { version, accountId, workspaceId, apiUrl: door.apiUrl, ...config.prefect },
    workers: Object.fromEntries(workers),
  };
}

function commandEnvironment({ emulator, apiKey }: LocalCloud, home: string): Record<string, string> {
  const { PATH = "", PREFECT_FARGATE_CACHE_DIR } = process.env;
  return {
    PATH,
    HOME: home,
    CI: "true",
    ...emulator.env,
    PREFECT_API_KEY: apiKey,
    // The same cache as the tests' own, whatever HOME says.
    PREFECT_FARGATE_CACHE_DIR: PREFECT_FARGATE_CACHE_DIR ?? cacheDirectory(),
    ...pick(process.env, ["TF_CLI_CONFIG_FILE", "PREFECT_FARGATE_TERRAFORM"]),
  };
}

function startCli(
  argv: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string | undefined>>,
): StartedCli {
  const child = spawn(process.execPath, [packagePath("src", "cli", "main.ts"), ...argv], {
    cwd,
    env: { ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const texts = { stdout: "", stderr: "" };
  child.stdout.on("data", (chunk) => (texts.stdout += chunk));
  child.stderr.on("data", (chunk) => (texts.stderr += chunk));
  const ended = once(child, "close").then(([code, signal]) => ({
    ...texts,
    status: (code as number | null) ?? -1,
    signal: signal as NodeJS.Signals | null,
  }));
  return { process: child, ended };
}

const pick = (from: NodeJS.ProcessEnv, names: readonly string[]): Record<string, string> =>
  Object.fromEntries(names.flatMap((name) => (from[name] === undefined ? [] : [[name, from[name]]])));
