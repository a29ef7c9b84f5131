import type { ContainerSpec } from "./driver.ts";

/** Says which agent folder a container belongs to, so that a later run finds what a killed one left. */
export const OWNER_LABEL = "prefect-fargate.agent";

export interface DockerCreateOptions {
  /** The agent's folder, as the value of the label. */
  readonly owner: string;
  /** File with the variables; see `environmentFile`. */
  readonly environmentFile: string;
  /** Folders of this machine that containers see at the same place: flow code, for example. */
  readonly mounts: readonly string[];
}

/**
 * Arguments of `docker` that make one container, which is started, read and awaited afterwards.
 *
 * The network is the machine's, as emulator, Prefect server and both endpoints listen on 127.0.0.1 only, and the SDKs take
 * credentials without TLS from a loopback address only. That is plain on Linux; Docker Desktop needs 4.34 or later with "Enable
 * host networking" switched on.
 *
 * `--init` is not given: the official image brings its own init and would warn that it is not the first process.
 */
export function dockerCreateArguments(spec: ContainerSpec, options: DockerCreateOptions): string[] {
  const [entryPoint, ...entryPointArguments] = spec.entryPoint ?? [];
  const multiLine = Object.keys(spec.environment).filter((name) => isMultiLine(spec.environment[name]!));
  return [
    "create",
    ...["--name", containerName(spec)],
    ...["--label", `${OWNER_LABEL}=${options.owner}`],
    ...["--label", `com.amazonaws.ecs.task-arn=${spec.taskArn}`],
    ...["--pull", "never"],
    ...["--network", "host"],
    ...["--log-driver", "local"],
    ...["--env-file", options.environmentFile],
    ...multiLine.flatMap((name) => ["--env", name]),
    ...["--stop-timeout", String(spec.stopTimeoutSeconds)],
    // Without swap, as on Fargate: the same figure for memory and for memory with swap.
    ...(spec.memoryMiB ? ["--memory", `${spec.memoryMiB}m`, "--memory-swap", `${spec.memoryMiB}m`] : []),
    ...(spec.workingDirectory ? ["--workdir", spec.workingDirectory] : []),
    ...options.mounts.flatMap((folder) => ["--volume", `${folder}:${folder}`]),
    ...(entryPoint ? ["--entrypoint", entryPoint] : []),
    spec.image.reference,
    ...entryPointArguments,
    ...spec.command,
  ];
}

export function containerName({ id }: Pick<ContainerSpec, "id">): string {
  return `prefect-fargate-${id}`;
}

/**
 * The variables for `--env-file`: a secret in an argument could be read by every user of the machine. Docker
 * reads one variable a line and knows no quotes, so that those with line breaks travel by `clientEnvironment`.
 */
export function environmentFile(environment: ContainerSpec["environment"]): string {
  return Object.entries(environment)
    .filter(([, value]) => !isMultiLine(value))
    .map(([name, value]) => `${name}=${value}\n`)
    .join("");
}

/** Variables that `docker create --env NAME` takes over from its own environment. */
export function clientEnvironment(environment: ContainerSpec["environment"]): Record<string, string> {
  return Object.fromEntries(Object.entries(environment).filter(([, value]) => isMultiLine(value)));
}

function isMultiLine(value: string): boolean {
  return /[\r\n]/.test(value);
}
