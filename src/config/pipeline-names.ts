import { partitionOf } from "./region.ts";
import type { Config } from "./schema.ts";

/** What a pipeline's parts in AWS are called; they must be known before they exist. */
export interface PipelineNames {
  /** Begins the names of all of them. */
  readonly prefix: string;
  readonly planRole: string;
  readonly applyRole: string;
  /** The policy without which the apply role creates no role. */
  readonly boundary: string;
}

export function pipelineNames({ environment }: Pick<Config, "environment">): PipelineNames {
  const prefix = environment ? `prefect-fargate-${environment}` : "prefect-fargate";
  return {
    prefix,
    planRole: `${prefix}-plan`,
    applyRole: `${prefix}-apply`,
    boundary: `${prefix}-boundary`,
  };
}

/**
 * What bounds the roles that are created: the config's own policy, or that of its pipeline. The pipeline's needs to be known by
 * whoever else deploys the system too, or each would take the other's away.
 */
export function boundaryArn(config: Config): string | undefined {
  const { permissionsBoundaryArn, pipeline, awsAccount, region } = config;
  if (permissionsBoundaryArn || !pipeline || !awsAccount) return permissionsBoundaryArn;
  return iamArn({ awsAccount, region }, `policy/${pipelineNames(config).boundary}`);
}

/** `arn:aws:iam::123456789012:role/prefect-fargate-plan` */
export const iamArn = ({ awsAccount, region }: Pick<Config, "awsAccount" | "region">, what: string): string =>
  `arn:${partitionOf(region)}:iam::${awsAccount}:${what}`;
