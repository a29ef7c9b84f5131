import type { PrefectVersion } from "#config/prefect-defaults.ts";

/** Where tasks run, as far as a first config says it. */
export type NetworkAnswer =
  /** @param zones how many there are to use, where the region has fewer than a VPC takes by default */
  | { readonly kind: "new"; readonly zones?: number }
  /** The region's default VPC, whose subnets lead to the internet by public addresses. */
  | { readonly kind: "default" }
  | { readonly kind: "existing"; readonly vpcId: string };

/** Where Prefect's API is: a workspace of Prefect Cloud, or a server of one's own. */
export interface PrefectAnswer {
  readonly version: PrefectVersion;
  /** @default - Prefect Cloud's */
  readonly apiUrl?: string;
  readonly accountId?: string;
  readonly workspaceId?: string;
  /** As people know the workspace: `acme/production`. */
  readonly workspaceName?: string;
}

/** What a first config and a first flow are written from. */
export interface InitAnswers {
  readonly prefect: PrefectAnswer;
  readonly region: string;
  readonly network: NetworkAnswer;
  readonly workPool: string;
  readonly workerName: string;
}

export const DEFAULT_WORK_POOL = "ecs-work-pool";
export const DEFAULT_WORKER_NAME = "dev-worker";
