import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir } from "node:fs/promises";
import { constants } from "node:os";
import path from "node:path";
import type { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import type {
  ContainerExit,
  ContainerSpec,
  Driver,
  ProcessIdentity,
  PulledImage,
  RunningContainer,
} from "./driver.ts";
import type { ImageSource } from "./images.ts";
import { endProcesses, livingProcesses, signalGroup } from "./process-group.ts";
import { findProcess, memoryOf } from "./process-table.ts";
import { cannotStartContainer } from "./stop-reasons.ts";

/** How long the output of a container is still read after all its processes are gone. */
const LAST_OUTPUT_MS = 2000;

type Child = ChildProcessByStdio<null, Readable, Readable>;

interface Launched {
  readonly child: Child;
  /** Exit code and signal; one of them is null. */
  readonly exit: Promise<[number | null, NodeJS.Signals | null]>;
}

/**
 * Runs a container as a process of this machine. What a container's walls do is done by hand, as far as it goes:
 * an environment of its own, a home, a temporary and a working folder, a process group, and the end of
 * everything that the command started once the command has ended. The network and the rest of the file system
 * are the machine's.
 */
export function processDriver(images: ImageSource): Driver {
  return {
    async pull(reference, environment): Promise<PulledImage> {
      const image = await images.resolve(reference, environment);
      const { env, entryPoint = [], folders = {} } = image;
      return { reference, environment: env, entryPoint, folders };
    },

    async start(spec) {
      const folders = await makeFolders(spec);
      const environment = { HOME: folders.home, TMPDIR: folders.temporary, ...spec.environment };
      const [program, ...args] = onThisMachine(
        [...(spec.entryPoint ?? spec.image.entryPoint), ...spec.command],
        spec,
      );
      if (!program) throw cannotStartContainer("no command specified");
      const launched = await launch(program, args, folders.working, environment);
      return new ProcessContainer(
        spec,
        launched,
        await identify(launched.child),
        folders.working,
        environment,
      );
    },
  };
}

/** A command with paths of the image's own file system, as far as these folders lie elsewhere here. */
function onThisMachine(argv: readonly string[], { image }: ContainerSpec): string[] {
  const folders = Object.entries(image.folders ?? {});
  return argv.map((argument) =>
    folders.reduce((text, [inside, here]) => text.replaceAll(`${inside}/`, `${here}/`), argument),
  );
}

/** HOME and TMPDIR stand for the container's own file system: nothing a task leaves there outlives it. */
async function makeFolders(spec: ContainerSpec) {
  const folders = {
    home: path.join(spec.directory, "home"),
    temporary: spec.temporaryDirectory,
    working: path.join(spec.directory, "work", spec.workingDirectory ?? ""),
  };
  for (const folder of Object.values(folders)) await mkdir(folder, { recursive: true, mode: 0o700 });
  return folders;
}

/**
 * Node starts a child with every signal at its default and none blocked, whatever our own process ignores (libuv
 * resets them between fork and exec). Prefect depends on it: with SIGINT ignored, as a shell's background jobs have it, a worker
 * never ends on SIGTERM. `detached` makes the child leader of a process group and a session.
 */
async function launch(
  program: string,
  args: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>>,
): Promise<Launched> {
  const child = spawn(program, args, { cwd, env, detached: true, stdio: ["ignore", "pipe", "pipe"] });
  try {
    await once(child, "spawn");
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === "ENOENT";
    const problem = missing ? "executable file not found in $PATH" : (error as Error).message;
    throw cannotStartContainer(
      `ResourceInitializationError: failed to create new container runtime task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: exec: "${program}": ${problem}: unknown`,
    );
  }
  return { child, exit: once(child, "exit") as Launched["exit"] };
}

async function identify(child: Child): Promise<ProcessIdentity> {
  const row = await findProcess(child.pid!);
  return { pid: child.pid!, startTime: row?.startTime ?? "" };
}

class ProcessContainer implements RunningContainer {
  readonly runtimeId: string;
  readonly process: ProcessIdentity;
  readonly exited: Promise<ContainerExit>;
  readonly #spec: ContainerSpec;
  readonly #workingFolder: string;
  readonly #environment: Readonly<Record<string, string>>;
  #stopping = false;
  #over = false;

  constructor(
    spec: ContainerSpec,
    launched: Launched,
    identity: ProcessIdentity,
    workingFolder: string,
    environment: Readonly<Record<string, string>>,
  ) {
    this.#spec = spec;
    this.#workingFolder = workingFolder;
    this.#environment = environment;
    this.process = identity;
    this.runtimeId = spec.id;
    this.exited = this.#live(launched);
  }

  stop(): void {
    if (this.#stopping || this.#over) return;
    this.#stopping = true;
    // The official image's init (tini -g) hands the signal to the whole group, and so do we.
    signalGroup(this.process.pid, "SIGTERM");
    const deadline = setTimeout(() => this.kill(), this.#spec.stopTimeoutSeconds * 1000);
    this.exited.finally(() => clearTimeout(deadline));
  }

  kill(): void {
    if (!this.#over) signalGroup(this.process.pid, "SIGKILL");
  }

  async check(argv: readonly string[], timeoutMs: number): Promise<boolean> {
    const [program = "", ...args] = onThisMachine(argv, this.#spec);
    const child = spawn(program, args, {
      cwd: this.#workingFolder,
      env: this.#environment,
      detached: true,
      stdio: "ignore",
    });
    const deadline = setTimeout(() => child.pid && signalGroup(child.pid, "SIGKILL"), timeoutMs);
    try {
      const [code] = await once(child, "exit");
      return code === 0;
    } finally {
      clearTimeout(deadline);
    }
  }

  async memoryBytes(): Promise<number | undefined> {
    return this.#over ? 0 : memoryOf(await livingProcesses(this.process));
  }

  /** The address of the container's metadata is in its environment and in that of no other container. */
  get #marker(): string {
    return this.#spec.environment.ECS_CONTAINER_METADATA_URI_V4 ?? "";
  }

  async #live({ child, exit }: Launched): Promise<ContainerExit> {
    const output = Promise.all([this.#read("stdout", child.stdout), this.#read("stderr", child.stderr)]);
    const [code, signal] = await exit;
    // On Fargate the end of the first process is the end of all: none is left to run on unseen.
    await endProcesses(this.process, this.#marker);
    this.#over = true;
    await Promise.race([output, sleep(LAST_OUTPUT_MS, undefined, { ref: false })]);
    child.stdout.destroy();
    child.stderr.destroy();
    return { exitCode: code ?? 128 + constants.signals[signal!] };
  }

  async #read(name: "stdout" | "stderr", stream: Readable): Promise<void> {
    try {
      for await (const chunk of stream) await this.#spec.onOutput(name, chunk);
    } catch {
      // The stream was closed on what is left of it.
    }
  }
}
