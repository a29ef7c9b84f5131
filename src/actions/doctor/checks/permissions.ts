import {
  type EvaluationResult,
  GetRoleCommand,
  type IAMClient,
  paginateSimulatePrincipalPolicy,
} from "@aws-sdk/client-iam";
import { partitionOf } from "#config/region.ts";
import type { Config } from "#config/schema.ts";
import { awsTrouble, isDenied, withoutIdentity } from "../aws-trouble.ts";
import { type Check, type Finding, ok, problem, skipped } from "../check.ts";
import type { AwsIdentity } from "../context.ts";
import { deployActions, STATE_IN_S3 } from "../deploy-actions.ts";
import { likelyResource } from "../likely-resource.ts";
import { resourceKinds } from "../resource-kinds.ts";

/** Asks IAM itself whether this identity may make every call of a deploy. Nothing is called. */
export const permissionsCheck: Check = {
  name: "permissions",
  async run({ identity, iam, config }) {
    const who = await identity().catch(() => undefined);
    if (!who) return withoutIdentity;
    if (who.arn.endsWith(":root"))
      return skipped("The root user may do everything; IAM does not simulate it.");
    const kinds = await resourceKinds(config);
    const actions = deployActions(config.state ? [...kinds, STATE_IN_S3] : kinds);
    try {
      return judgeDecisions(
        await simulate(iam, await policySource(iam, who, config.region), actions, config, who),
      );
    } catch (error) {
      if (isDenied(error))
        return skipped(
          `This identity may not ask IAM what it may do (iam:SimulatePrincipalPolicy), so ${actions.length} actions were not looked at.`,
        );
      return awsTrouble(error, "simulating this identity's policies");
    }
  },
};

export interface Decision {
  readonly action: string;
  readonly decision: "allowed" | "explicitDeny" | "implicitDeny";
  /** A permissions boundary or an organization's policy decided. */
  readonly by?: string;
}

export function judgeDecisions(decisions: readonly Decision[]): Finding {
  const denied = decisions.filter(({ decision }) => decision !== "allowed");
  if (denied.length === 0) return ok(`IAM allows each of the ${decisions.length} actions of a deploy.`);
  const details = denied.map(
    ({ action, decision, by }) =>
      `${action}${decision === "explicitDeny" ? " (denied outright)" : ""}${by ? ` by ${by}` : ""}`,
  );
  return problem(
    `IAM would refuse ${denied.length} of the ${decisions.length} actions of a deploy.`,
    "Have them allowed for this identity, or use another: export AWS_PROFILE=…",
    details,
  );
}

/**
 * Policies are often limited to names, so each action is asked for about a resource as this config would make it.
 */
async function simulate(
  iam: IAMClient,
  source: string,
  actions: readonly string[],
  config: Config,
  { account }: AwsIdentity,
): Promise<Decision[]> {
  const byResource = Map.groupBy(actions, (action) => likelyResource(action, config, account));
  const groups = await Promise.all(
    [...byResource].map(async ([resource, ofResource]) => {
      const pages = paginateSimulatePrincipalPolicy(
        { client: iam },
        {
          PolicySourceArn: source,
          ActionNames: ofResource,
          ResourceArns: [resource],
          ContextEntries: [
            entry("aws:RequestedRegion", config.region),
            entry("iam:PassedToService", "ecs-tasks.amazonaws.com"),
          ],
        },
      );
      const results: EvaluationResult[] = [];
      for await (const page of pages) results.push(...(page.EvaluationResults ?? []));
      return results.map(toDecision);
    }),
  );
  return groups.flat().sort((a, b) => a.action.localeCompare(b.action));
}

const entry = (key: string, value: string) => ({
  ContextKeyName: key,
  ContextKeyType: "string" as const,
  ContextKeyValues: [value],
});

function toDecision(result: EvaluationResult): Decision {
  const { EvalActionName: action = "", EvalDecision: decision = "implicitDeny" } = result;
  const by =
    result.OrganizationsDecisionDetail?.AllowedByOrganizations === false
      ? "a policy of the organization"
      : result.PermissionsBoundaryDecisionDetail?.AllowedByPermissionsBoundary === false
        ? "the permissions boundary"
        : undefined;
  return { action, decision: decision as Decision["decision"], ...(by ? { by } : {}) };
}

/** A session is simulated by its role, whose ARN has a path that the session's does not show. */
async function policySource(iam: IAMClient, { account, arn }: AwsIdentity, region: string): Promise<string> {
  const [, role] = /:assumed-role\/([^/]+)\//.exec(arn) ?? [];
  if (role === undefined) return arn;
  const plain = `arn:${partitionOf(region)}:iam::${account}:role/${role}`;
  const answer = await iam.send(new GetRoleCommand({ RoleName: role })).catch(() => undefined);
  return answer?.Role?.Arn ?? plain;
}
