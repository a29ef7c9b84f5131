import { describe, expect, test } from "vitest";
import { synthesizedModule } from "../../test/helpers/terraform-modules.ts";
import { GRANTED_MODULES } from "./interfaces/pipeline-access.ts";
import { moduleTypes } from "./module-types.ts";
import { allModules } from "./modules.ts";
import { GRANTS } from "./pipeline-access/grants.ts";
import { neededActions, readActions } from "./pipeline-access/policies.ts";
import { DATA_READS, readScope } from "./pipeline-access/reads.ts";
import { AREAS } from "./pipeline-access/scopes.ts";

const access = synthesizedModule("pipeline-access");
const policies = access.resources("aws_iam_policy") as unknown as Record<string, { policy: string }>;
const actionsIn = (policy: string): string[] =>
  [...policy.matchAll(/"Action" = (\[[^\]]*\]|"[^"]*")/g)].flatMap(([, actions]) =>
    [...actions!.matchAll(/"([^"]+)"/g)].map(([, action]) => action!),
  );
const systemTypes = Object.entries(moduleTypes(allModules)).filter(
  ([name]) => name !== "pipeline-access" && name !== "state-bucket",
);
const grants = Object.entries(GRANTS).flatMap(([type, { write }]) =>
  Object.entries(write).flatMap(([scope, actions]) => actions.map((action) => ({ type, scope, action }))),
);

describe("the apply role's rights", () => {
  test("are known for every resource type of every module", () => {
    const types = systemTypes.flatMap(([, { resources }]) => resources);
    expect(types.filter((type) => !(type in GRANTS))).toEqual([]);
    const data = systemTypes.flatMap(([, types]) => types.data);
    expect(data.filter((type) => !(type in DATA_READS))).toEqual([]);
  });

  test("can be asked for by every module that creates something, and by no other", () => {
    const creating = systemTypes.filter(([, types]) => Object.keys(neededActions(types)).length > 0);
    expect(creating.map(([name]) => name)).toEqual([...GRANTED_MODULES]);
  });

  test("name actions one by one", () => {
    expect(grants.filter(({ action }) => !/^[a-z0-9-]+:[A-Z][A-Za-z0-9]+$/.test(action))).toEqual([]);
  });

  test("stand in one policy each", () => {
    const scopes = new Set(grants.map(({ scope }) => scope));
    expect(Object.values(AREAS).flat().toSorted()).toEqual([...scopes].toSorted());
  });

  test("reach everything in the account only where AWS knows no resource", () => {
    expect([
      ...new Set(grants.filter(({ scope }) => scope === "anywhere").map(({ action }) => action)),
    ]).toEqual([
      "ecs:DeregisterTaskDefinition",
      "route53:CreateHostedZone",
      "logs:CreateLogDelivery",
      "logs:DeleteLogDelivery",
    ]);
  });

  test("give rights to roles of the system alone, and only within the boundary", () => {
    const giving = grants.filter(
      ({ action }) => /^iam:(Attach|Put|Create)/.test(action) && action !== "iam:CreateServiceLinkedRole",
    );
    expect(new Set(giving.map(({ scope }) => scope))).toEqual(new Set(["boundedRoles", "attachments"]));
    const { areas } = (access.json.locals ?? {}) as {
      areas: Record<string, { place: string; Condition?: object }[]>;
    };
    const bounded = areas.roles!.filter(({ place }) => place === "boundedRoles" || place === "attachments");
    for (const { Condition } of bounded)
      expect(JSON.stringify(Condition)).toMatch(
        /"StringEquals":\{"iam:PermissionsBoundary":"arn:.*-boundary"\}/,
      );
  });

  test("hand roles on to ECS, to flow logs and to the scaler, to nobody else", () => {
    const passing = grants.filter(({ action }) => action === "iam:PassRole").map(({ scope }) => scope);
    expect(new Set(passing)).toEqual(new Set(["taskRoles", "flowLogsRole", "scalerRole"]));
  });
});

describe("the plan role", () => {
  test("reads, and reads no secret", () => {
    const reads = readActions(systemTypes.map(([, types]) => types));
    expect(reads.filter((action) => !/:(Describe|Filter|Get|List)/.test(action))).toEqual([]);
    expect(reads).not.toContain("secretsmanager:GetSecretValue");
    const { plan } = access.resources("aws_iam_role_policy") as unknown as Record<string, { policy: string }>;
    expect(plan!.policy).toMatch(/"Effect" = "Deny".*"secretsmanager:GetSecretValue"/);
  });

  test("reads what says more than that it exists only of the system's own", () => {
    const reads = readActions(systemTypes.map(([, types]) => types));
    const everywhere = reads.filter((action) => readScope(action) === "anywhere");
    expect(
      everywhere.filter((action) => /^(iam|secretsmanager|sqs|events):|LogEvents$/.test(action)),
    ).toEqual([]);
  });

  test("writes the lock and nothing else", () => {
    const { plan } = access.resources("aws_iam_role_policy") as unknown as Record<string, { policy: string }>;
    const writing = [...plan!.policy.matchAll(/\{"Sid" = "(\w+)".*?\}/g)].filter(([text]) =>
      /:(Put|Create|Delete|Update)/.test(text),
    );
    expect(writing.map(([, sid]) => sid)).toEqual(["LockState"]);
  });
});

describe("the boundary of the roles that a pipeline makes", () => {
  const boundary = policies.boundary!.policy;

  test("lets tasks do what the modules give them", () => {
    const given = systemTypes.flatMap(([name]) =>
      Object.values(synthesizedModule(name).resources("aws_iam_role_policy")).flatMap((resource) =>
        actionsIn((resource as { policy: string }).policy),
      ),
    );
    expect(given).toContain("ecs:RunTask");
    expect([...new Set(given)].filter((action) => !actionsIn(boundary).includes(action))).toEqual([]);
  });

  test("leaves nothing open but what was named for flows", () => {
    expect(actionsIn(boundary).filter((action) => action.includes("*"))).toEqual(["s3:*"]);
    expect(boundary).toMatch(/"Sid" = "NotTheState", "Effect" = "Deny", "Action" = "s3:\*"/);
    expect(actionsIn(boundary).filter((action) => /^(iam|sts|organizations):/.test(action))).toEqual([
      "iam:PassRole",
    ]);
    expect(boundary).not.toContain("NotAction");
  });

  test("lets a task read its own secrets, start tasks in its own cluster, and hand on the roles of flows", () => {
    const statement = (sid: string) =>
      boundary.match(new RegExp(`\\{"Sid" = "${sid}".*?\\}(?=, \\{"Sid"|\\])`))![0];
    expect(statement("ReadOwnSecrets")).not.toContain('"*"');
    expect(statement("RunFlows")).toContain('"ArnEquals" = {"ecs:cluster"');
    expect(statement("HandRolesToFlows")).toContain('"iam:PassedToService" = "ecs-tasks.amazonaws.com"');
  });
});

describe("trust", () => {
  const trustOf = (role: "plan" | "apply") =>
    (access.resources("aws_iam_role")[role] as { assume_role_policy: string }).assume_role_policy;
  const locals = access.json.locals as Record<string, string>;

  test("is in tokens made for AWS, and on GitHub in subjects that are compared as they are", () => {
    for (const role of ["plan", "apply"] as const) {
      expect(trustOf(role)).toContain('"Action" = "sts:AssumeRoleWithWebIdentity"');
      expect(trustOf(role)).toContain(
        `StringEquals = { for claim, value in { aud = local.audience, sub = var.github_repository != null ? local.${role}_subjects : null`,
      );
      expect(trustOf(role)).toContain("claims if !(var.github_repository != null)");
    }
    expect(locals.plan_subjects!.split(" : ")[0]).not.toContain("*");
    expect(locals.apply_subjects).toContain(":environment:");
  });

  test("is in the branch itself, whatever GitHub's environment lets in", () => {
    expect(trustOf("apply")).toContain("ref = local.apply_ref");
    expect(trustOf("plan")).toContain("ref = null");
    expect(locals.apply_ref).toContain('"refs/heads/${var.branch}"');
  });

  test("compares a CircleCI branch by its whole name: nothing before it has an open length", () => {
    expect(locals.circleci_subject).not.toContain("*");
    expect(locals.circleci_subject).toContain("/user/????????-????-????-????-????????????/vcs-origin/${");
    expect(locals.apply_subjects).not.toContain("*");
  });

  test("is bounded: the apply role cannot change itself, its limits or its boundary", () => {
    const apply = access.resources("aws_iam_role").apply as { permissions_boundary: string };
    expect(apply.permissions_boundary).toBe("${aws_iam_policy.limits.arn}");
    const limits = access.resources("aws_iam_policy").limits as { policy: string };
    expect(limits.policy).toMatch(/"Sid" = "NotItself", "Effect" = "Deny"/);
  });
});
