import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { mkdir, mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { cacheDirectory } from "#engine/cache-dir.ts";
import { packagePath } from "#package";
import { filesIn, processesOf, type Traces } from "./leftovers.ts";
import { emulatorEnvironment, serverEnvironment, workerEnvironment } from "./prefect-environments.ts";
import type { CliRun } from "./run-cli.ts";

/**
 * A place of its own for rehearsals that are started as a person starts them: project, home, temporary folder and cache.
 * The installed Python parts are shared with the tests' own cache; everything a rehearsal could leave is not.
 */
export interface RehearsalBox {
  /** The project folder, in which commands are started. */
  readonly project: string;
  readonly cacheDir: string;
  /**
   * Starts `rehearse` as a process of its own.
   * @param script a shell script that prepares the machine and ends with `CLI`, which stands for the command
   */
  start(
    args?: readonly string[],
    env?: Readonly<Record<string, string | undefined>>,
    script?: string,
  ): StartedRehearsal;
  /** What is there of rehearsals now: their processes, ports and files. */
  traces(): Promise<Traces>;
  /** Ends a server that a rehearsal has started, as a crash or the kernel would. */
  killServer(name: "emulator" | "prefect", rehearsal: StartedRehearsal): void;
  close(): Promise<void>;
}

export interface StartedRehearsal {
  readonly process: ChildProcess;
  /** What it has said on stderr so far. */
  said(): string;
  /** Resolves when it has said this on stderr; rejects when it ends without. */
  until(words: string): Promise<void>;
  readonly ended: Promise<RehearsalEnd>;
}

export interface RehearsalEnd extends CliRun {
  readonly signal: NodeJS.Signals | null;
}

/** @param majors the Prefect versions whose Python parts are needed */
export async function openRehearsalBox(majors: readonly (2 | 3)[] = [2]): Promise<RehearsalBox> {
  const dir = await mkdtemp(join(tmpdir(), "prefect-fargate-box-"));
  const folder = async (name: string) => {
    await mkdir(join(dir, name));
    return join(dir, name);
  };
  const [project, home, temporary, cacheDir] = await Promise.all(
    ["project", "home", "temporary", "cache"].map(folder),
  );
  await shareInstalledParts(cacheDir!, majors);
  const started: ChildProcess[] = [];
  const environment = {
    PATH: process.env.PATH,
    HOME: home,
    TMPDIR: temporary,
    PREFECT_FARGATE_CACHE_DIR: cacheDir,
    NODE_COMPILE_CACHE: join(dir, "compiled"),
    TF_CLI_CONFIG_FILE: process.env.TF_CLI_CONFIG_FILE,
    PREFECT_FARGATE_TERRAFORM: process.env.PREFECT_FARGATE_TERRAFORM,
  };
  const rehearsals = join(cacheDir!, "rehearsals");
  return {
    project: project!,
    cacheDir: cacheDir!,
    start: (args = [], env = {}, script = "exec CLI") => {
      const rehearsal = startRehearsal(
        ["--existing-vpc", ...args],
        project!,
        { ...environment, ...env },
        script,
      );
      started.push(rehearsal.process);
      return rehearsal;
    },
    traces: async () => ({
      ...processesOf(dir),
      files: [project!, home!, temporary!, rehearsals].flatMap(filesIn),
    }),
    killServer: (name, { process: { pid } }) => {
      const ours = filesIn(rehearsals).find((run) => readPid(join(run, "owner.json")) === pid);
      process.kill(readPid(join(ours!, "servers", `${name}.json`)), "SIGKILL");
    },
    close: async () => {
      for (const child of started) child.kill("SIGTERM");
      await Promise.all(started.map((child) => child.exitCode ?? child.signalCode ?? once(child, "exit")));
      await rm(dir, { recursive: true, force: true });
    },
  };
}

const readPid = (file: string): number => JSON.parse(readFileSync(file, "utf8")).pid;

/** Links what takes long to install or to migrate. */
async function shareInstalledParts(cacheDir: string, majors: readonly (2 | 3)[]): Promise<void> {
  const environments = await Promise.all([
    emulatorEnvironment(),
    ...majors.flatMap((major) => [serverEnvironment(major), workerEnvironment(major)]),
  ]);
  const databases = join(cacheDirectory(), "prefect-databases");
  await mkdir(databases, { recursive: true });
  for (const shared of [...new Set(environments.map(({ bin }) => dirname(bin))), databases])
    await symlink(shared, join(cacheDir, basename(shared)));
}

function startRehearsal(
  args: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string | undefined>>,
  script: string,
): StartedRehearsal {
  const cli = `'${process.execPath}' '${packagePath("src", "cli", "main.ts")}' rehearse "$@"`;
  const child = spawn("/bin/sh", ["-c", script.replaceAll("CLI", () => cli), "sh", ...args], {
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
  const until = (words: string) =>
    new Promise<void>((resolve, reject) => {
      const look = () => texts.stderr.includes(words) && resolve();
      child.stderr.on("data", look);
      look();
      void ended.then(() => reject(new Error(`It ended and never said "${words}":\n${texts.stderr}`)));
    });
  return { process: child, said: () => texts.stderr, until, ended };
}
