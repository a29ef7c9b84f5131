import { beforeAll, describe, expect, test } from "vitest";
import { moduleTypes } from "#infra/module-types.ts";
import { allModules } from "#infra/modules.ts";
import { GRANTS } from "#infra/pipeline-access/grants.ts";
import { readActions } from "#infra/pipeline-access/policies.ts";
import { EC2_KINDS, type ScopeName } from "#infra/pipeline-access/scope-names.ts";
import { type AwsAction, readAwsActions } from "../helpers/aws-actions.ts";

/** What AWS calls the resources of each scope, and the key that its condition asks for. Nothing: it names no resource. */
const SCOPES: Readonly<Partial<Record<ScopeName, { kinds: readonly string[]; key?: string }>>> = {
  anywhere: { kinds: [] },
  newAnywhere: { kinds: [], key: "aws:RequestTag/" },
  newCluster: { kinds: ["cluster"], key: "aws:RequestTag/" },
  cluster: { kinds: ["cluster"] },
  services: { kinds: ["service"] },
  newTaskDefinitions: { kinds: ["task-definition"], key: "aws:RequestTag/" },
  taskDefinitions: { kinds: ["task-definition"] },
  logGroups: { kinds: ["log-group"] },
  rules: { kinds: ["rule-on-default-event-bus"] },
  queues: { kinds: ["queue"] },
  roles: { kinds: ["role"] },
  boundedRoles: { kinds: ["role"], key: "iam:PermissionsBoundary" },
  attachments: { kinds: ["role"], key: "iam:PolicyARN" },
  taskRoles: { kinds: ["role"], key: "iam:PassedToService" },
  flowLogsRole: { kinds: ["role"], key: "iam:PassedToService" },
  ecsServiceLinkedRole: { kinds: ["role"], key: "iam:AWSServiceName" },
  secret: { kinds: ["Secret"] },
  namespaces: { kinds: ["namespace"], key: "aws:ResourceTag/" },
  newDiscoveryServices: { kinds: ["namespace", "service"], key: "aws:RequestTag/" },
  discoveryServices: { kinds: ["service"], key: "aws:ResourceTag/" },
  ...Object.fromEntries(EC2_KINDS.map((kind) => [`new-${kind}`, { kinds: [kind], key: "aws:RequestTag/" }])),
  ownEc2: { kinds: [...EC2_KINDS, "security-group-rule"], key: "aws:ResourceTag/" },
  taggingNewEc2: { kinds: [...EC2_KINDS, "security-group-rule"], key: "ec2:CreateAction" },
  anyVpc: { kinds: ["vpc"] },
  groupRules: { kinds: ["security-group-rule"] },
  imageRepository: { kinds: ["repository"] },
  loadBalancers: { kinds: ["loadbalancer/app/", "listener/app", "targetgroup"] },
  elbServiceLinkedRole: { kinds: ["role"], key: "iam:AWSServiceName" },
  scaler: { kinds: ["function"] },
  scalerRole: { kinds: ["role"], key: "iam:PassedToService" },
  scaling: { kinds: ["ScalableTarget"] },
  scalingAlarms: { kinds: ["alarm"] },
  scalingServiceLinkedRole: { kinds: ["role"], key: "iam:AWSServiceName" },
};

/** Calls that AWS asks about under a kind that its table does not have yet, with where it says so. */
const UNLISTED: Readonly<Record<string, string>> = {
  // "You must have permission for the security group and the rule": EC2 asks about rules that carry tags of their own.
  "groupRules ec2:RevokeSecurityGroupEgress":
    "https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html",
  "groupRules ec2:RevokeSecurityGroupIngress":
    "https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html",
};

const granted = Object.entries(GRANTS).flatMap(([type, { write }]) =>
  (Object.entries(write) as [ScopeName, readonly string[]][]).flatMap(([scope, actions]) =>
    actions.map((action) => ({ type, scope, action })),
  ),
);

let known: (action: string) => AwsAction | undefined;
beforeAll(async () => {
  known = await readAwsActions();
});

describe("the apply role's rights, held against AWS's own table of actions", () => {
  test("are actions that AWS has", () => {
    expect(granted.map(({ action }) => action).filter((action) => !known(action))).toEqual([]);
  });

  test("stand in scopes that this test knows", () => {
    expect([...new Set(granted.map(({ scope }) => scope))].filter((scope) => !SCOPES[scope])).toEqual([]);
  });

  test("name a kind of resource that the action can be limited to, or none where it knows none", () => {
    const wrong = granted.filter(({ scope, action }) => {
      const { resources } = known(action)!;
      const { kinds } = SCOPES[scope]!;
      if (`${scope} ${action}` in UNLISTED) return false;
      return kinds.length === 0
        ? Object.keys(resources).length > 0
        : !kinds.some((kind) => kind in resources);
    });
    expect(wrong).toEqual([]);
  });

  test("reach every resource that a call always touches, so that AWS refuses none", () => {
    const unreached = granted.flatMap(({ type, action }) => {
      const reached = granted
        .filter((other) => other.type === type && other.action === action)
        .flatMap(({ scope }) => SCOPES[scope]!.kinds);
      return (
        Object.entries(known(action)!.resources)
          .filter(([kind, { isRequired }]) => isRequired && !reached.includes(kind))
          // A listener is of one of three kinds of load balancer, never of all that the table names.
          .filter(([kind]) => !kind.startsWith("listener/") || !reached.includes("listener/app"))
          .map(([kind]) => `${type}: ${action} on ${kind}`)
      );
    });
    expect([...new Set(unreached)]).toEqual([]);
  });

  test("ask for a condition only where AWS fills it in: elsewhere it would never hold", () => {
    const never = granted.filter(({ scope, action }) => {
      const { key } = SCOPES[scope]!;
      return key !== undefined && !known(action)!.conditionKeys.has(key);
    });
    expect(never).toEqual([]);
  });
});

test("the plan role's rights are what AWS itself counts as reading", () => {
  const types = Object.entries(moduleTypes(allModules)).filter(
    // What a person makes before there is a pipeline.
    ([name]) => name !== "pipeline-access" && name !== "state-bucket",
  );
  const levels = readActions(types.map(([, type]) => type)).map(
    (action) => [action, known(action)?.accessLevel] as const,
  );
  expect(levels.filter(([, level]) => level !== "Read" && level !== "List")).toEqual([]);
});
