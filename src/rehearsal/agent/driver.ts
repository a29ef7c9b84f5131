import type { OutputStream } from "./awslogs.ts";

/** An image, found and ready to run. */
export interface PulledImage {
  readonly reference: string;
  /** The image's own ENV. */
  readonly environment: Readonly<Record<string, string>>;
  /** What the image runs in front of the command; a definition's `entryPoint` replaces it. */
  readonly entryPoint: readonly string[];
  /** Folders of the image that lie elsewhere on this machine. @default - none */
  readonly folders?: Readonly<Record<string, string>>;
}

export interface ContainerSpec {
  /** Unique on this machine: a container's name may occur in many tasks. */
  readonly id: string;
  readonly taskArn: string;
  readonly name: string;
  readonly image: PulledImage;
  /** The definition's entry point; undefined = the image's. */
  readonly entryPoint?: readonly string[];
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** A folder of the container's own, on this machine; removed with the task. */
  readonly directory: string;
  /** The task's, shared by its containers; removed with the task. */
  readonly temporaryDirectory: string;
  /** As the definition says; a path inside the container. */
  readonly workingDirectory?: string;
  /** The container's hard limit: its own or, without one, all that the task has. */
  readonly memoryMiB?: number;
  /** From the stop signal to SIGKILL. */
  readonly stopTimeoutSeconds: number;
  readonly onOutput: (stream: OutputStream, chunk: Buffer) => Promise<void>;
}

/** What finds a process again after the agent was killed. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Distinguishes the process from a later one with the same id. */
  readonly startTime: string;
}

export interface ContainerExit {
  /** 128 and the signal's number when a signal ended the command. */
  readonly exitCode: number;
  /** In AWS's words, when the runtime knows more than the exit code says. */
  readonly reason?: string;
}

export interface RunningContainer {
  /** As the runtime calls it, for DescribeTasks. */
  readonly runtimeId: string;
  readonly process?: ProcessIdentity;
  /** Resolves once the container's command has ended, everything it started is gone and its output is read. */
  readonly exited: Promise<ContainerExit>;
  /** Stop signal, then SIGKILL after the stop timeout. Asking twice changes nothing. */
  stop(): void;
  /** SIGKILL at once, to everything in the container. */
  kill(): void;
  /** Runs a health check inside the container. True when it ends with 0 in time. */
  check(argv: readonly string[], timeoutMs: number): Promise<boolean>;
  /** What counts against the memory limit; undefined when the system cannot tell or sees to the limit itself. */
  memoryBytes(): Promise<number | undefined>;
}

/** Runs containers: as processes of this machine, or with Docker. */
export interface Driver {
  /** @throws TaskStartFailure (CannotPullContainerError) when there is no such image */
  pull(reference: string, environment: Readonly<Record<string, string>>): Promise<PulledImage>;
  /** @throws TaskStartFailure (CannotStartContainerError) */
  start(container: ContainerSpec): Promise<RunningContainer>;
}
