import type { PrefectWorker } from "#prefect/client.ts";
import type { WorkPool } from "#prefect/work-pools.ts";

/**
 * All that can be known from outside about a worker that does not come ONLINE, or a flow run that does not end well. What
 * could not be read is undefined.
 */
export interface Evidence {
  readonly subject: "worker" | "flow run";
  /** The worker's name: of a flow run, the one that serves its pool. */
  readonly worker: string;
  readonly workerType: "ecs" | "process";
  readonly region: string;
  readonly cluster: string;
  readonly service: ServiceEvidence | undefined;
  readonly definition: DefinitionEvidence | undefined;
  /** Tasks of the revision that should run, the newest first. */
  readonly tasks: readonly TaskEvidence[];
  readonly prefect: PrefectEvidence;
  /** What Prefect was told of a flow run: its state's message, and what the worker logged of it. */
  readonly told: readonly string[];
  /** What could not be looked at, and why, in sentences. */
  readonly unseen: readonly string[];
}

export interface ServiceEvidence {
  readonly name: string;
  readonly desiredCount: number;
  readonly runningCount: number;
  /** What ECS says of the deployment of the intended revision; undefined when it has forgotten it. */
  readonly rollout: { readonly state: string; readonly reason: string } | undefined;
  readonly rolledBack: boolean;
  readonly subnetIds: readonly string[];
  readonly assignPublicIp: boolean;
  /** When any task of the service, of whatever revision, was last alive; undefined when none is known. */
  readonly lastAlive: Date | undefined;
  /** The scheduler's messages since this deployment began, the newest first. */
  readonly events: readonly string[];
}

export interface DefinitionEvidence {
  readonly image: string;
  readonly cpu: number;
  readonly memoryMiB: number;
  readonly architecture: string;
  readonly executionRoleArn: string;
  readonly taskRoleArn: string;
  readonly secretArn: string;
  /** The variable that is filled from it: PREFECT_API_KEY or PREFECT_API_AUTH_STRING; empty when there is no secret. */
  readonly secretVariable: string;
  readonly logGroup: string;
  /** PREFECT_API_URL as the worker gets it. */
  readonly apiUrl: string;
  /** EXTRA_PIP_PACKAGES; empty when there are none. */
  readonly extraPipPackages: string;
}

export interface TaskEvidence {
  /** The end of its ARN. */
  readonly id: string;
  readonly status: string;
  readonly health: string;
  readonly startedAt: Date | undefined;
  readonly stoppedAt: Date | undefined;
  /** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Task.html#ECS-Type-Task-stopCode */
  readonly stopCode: string | undefined;
  readonly stoppedReason: string | undefined;
  readonly containers: readonly ContainerEvidence[];
  /** The end of what it wrote, line by line. */
  readonly log: readonly string[];
}

export interface ContainerEvidence {
  readonly name: string;
  readonly exitCode: number | undefined;
  readonly reason: string | undefined;
}

export interface PrefectEvidence {
  /** Where this tool reaches the API. */
  readonly apiUrl: string;
  readonly workPool: string;
  /** Why the API cannot be asked from here: code and message of the client's error. */
  readonly problem: { readonly code: string; readonly message: string } | undefined;
  /** Undefined when there is no such pool, or the API cannot be asked. */
  readonly pool: WorkPool | undefined;
  readonly workers: readonly PrefectWorker[];
}
