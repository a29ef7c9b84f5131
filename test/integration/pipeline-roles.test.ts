import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  CreateSecurityGroupCommand,
  CreateVpcCommand,
  DeleteSecurityGroupCommand,
  DeleteVpcCommand,
} from "@aws-sdk/client-ec2";
import {
  CreateRoleCommand,
  GetRoleCommand,
  PutRolePolicyCommand,
  SimulatePrincipalPolicyCommand,
} from "@aws-sdk/client-iam";
import { CreateSecretCommand, GetSecretValueCommand } from "@aws-sdk/client-secrets-manager";
import { AssumeRoleCommand } from "@aws-sdk/client-sts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { resolveEnvironments } from "#config/environments.ts";
import type { Config } from "#config/schema.ts";
import { awsClients, openEmulator, type TestEmulator } from "../helpers/emulator.ts";
import { forbiddenToApply, forbiddenToPlan, forbiddenToTasks } from "../helpers/forbidden-calls.ts";
import {
  ACCOUNT,
  applyAccess,
  type Claims,
  environmentSubject,
  openSession,
  REPOSITORY,
} from "../helpers/pipeline-access.ts";

const ORGANIZATION = "6f0a2c11-7d3e-4a1c-9c55-0b1f2e3d4c5b";
const PROJECT = "0d9c8b7a-1e2f-4c3d-8a4b-5c6d7e8f9a0b";
const USER = "11111111-2222-4333-8444-555555555555";
const PULL_REQUEST = `repo:${REPOSITORY}:pull_request`;
const BRANCH = `repo:${REPOSITORY}:ref:refs/heads/main`;
const roleArn = (name: string) => `arn:aws:iam::${ACCOUNT}:role/${name}`;
const policyArn = (name: string) => `arn:aws:iam::${ACCOUNT}:policy/${name}`;

let emulator: TestEmulator;
let dir: string;

beforeAll(async () => {
  emulator = await openEmulator({ authorize: true });
  dir = await mkdtemp(join(tmpdir(), "prefect-fargate-access-"));
  const { secrets } = emulator.clients;
  const key = { Name: "prefect-key-of-the-pipeline", SecretString: "pnu_canary" };
  const { ARN } = await secrets.send(new CreateSecretCommand(key));
  await applyAccess(emulator, join(dir, "github"), environment("prod", ARN!), "github");
  await applyAccess(emulator, join(dir, "circleci"), environment("staging", ARN!), "circleci");
});
afterAll(async () => {
  await emulator?.close();
  await rm(dir, { recursive: true, force: true });
});

function environment(name: "prod" | "staging", secretArn: string): Config {
  const config = {
    prefect: {
      version: 3 as const,
      accountId: "11111111-1111-4111-8111-111111111111",
      workspaceId: "22222222-2222-4222-8222-222222222222",
    },
    pipeline:
      name === "prod"
        ? { repository: REPOSITORY }
        : { organizationId: ORGANIZATION, projectId: PROJECT, vcsOrigin: `github.com/${REPOSITORY}` },
    workers: { "dev-worker": {} },
    environments: { [name]: { awsAccount: ACCOUNT, prefect: { apiKey: { secretArn } } } },
  };
  const resolved = resolveEnvironments(config, "the test's config", {})[name]!;
  return Object.assign(resolved, { state: { bucket: "acme-terraform-state", key: `${name}.tfstate` } });
}

const become = (role: "plan" | "apply", claims: Claims) =>
  openSession(emulator, roleArn(`prefect-fargate-prod-${role}`), claims);

describe("trust in GitHub", () => {
  test.each([
    ["a pull request, to plan", "plan", { sub: PULL_REQUEST }],
    ["the branch, to plan", "plan", { sub: BRANCH }],
    ["a job of the branch in an environment, to apply", "apply", { sub: environmentSubject("prod") }],
    ["one that was approved", "apply", { sub: environmentSubject("prod-approval") }],
  ] as const)("is in %s", async (_who, role, claims) => {
    await expect(become(role, claims)).resolves.toHaveProperty("env");
  });

  test.each([
    ["another repository", "plan", { sub: "repo:acme/other:pull_request" }],
    [
      "a branch that is not deployed, to plan as the branch",
      "plan",
      { sub: `repo:${REPOSITORY}:ref:refs/heads/feature` },
    ],
    ["a pull request, to apply", "apply", { sub: PULL_REQUEST }],
    ["the branch outside an environment, to apply", "apply", { sub: BRANCH }],
    ["another environment, to apply", "apply", { sub: environmentSubject("dev") }],
    [
      "a job of another branch in the environment, to apply",
      "apply",
      { sub: environmentSubject("prod"), ref: "refs/heads/feature" },
    ],
    ["a repository of a longer name", "apply", { sub: `repo:${REPOSITORY}-2:environment:prod` }],
    ["a token made for somebody else", "apply", { sub: environmentSubject("prod"), aud: "https://acme" }],
    [
      "a token of another issuer",
      "apply",
      { sub: environmentSubject("prod"), iss: "https://tokens.example.com" },
    ],
  ] as const)("is not in %s", async (_who, role, claims) => {
    await expect(become(role, claims)).rejects.toThrow(/Not authorized/);
  });
});

describe("trust in CircleCI", () => {
  const subject = ({ project = PROJECT, origin = `github.com/${REPOSITORY}`, ref = "refs/heads/main" }) =>
    `org/${ORGANIZATION}/project/${project}/user/${USER}/vcs-origin/${origin}/vcs-ref/${ref}`;
  const becomeFrom = (role: "plan" | "apply", sub: string) =>
    openSession(emulator, roleArn(`prefect-fargate-staging-${role}`), {
      sub,
      aud: ORGANIZATION,
      iss: `https://oidc.circleci.com/org/${ORGANIZATION}`,
    });

  test.each([
    ["any branch, to plan", "plan", subject({ ref: "refs/heads/feature" })],
    ["the branch, to apply", "apply", subject({})],
  ] as const)("is in %s", async (_who, role, sub) => {
    await expect(becomeFrom(role, sub)).resolves.toHaveProperty("env");
  });

  test.each([
    ["another branch, to apply", "apply", subject({ ref: "refs/heads/feature" })],
    ["another project", "apply", subject({ project: USER })],
    ["a fork, to plan", "plan", subject({ origin: "github.com/mallory/data-platform" })],
    [
      "a branch that is called like the end of the subject",
      "apply",
      subject({ ref: "refs/heads/x/vcs-ref/refs/heads/main" }),
    ],
    [
      "a branch that is called like the whole end",
      "apply",
      subject({ ref: `refs/heads/x/vcs-origin/github.com/${REPOSITORY}/vcs-ref/refs/heads/main` }),
    ],
  ] as const)("is not in %s", async (_who, role, sub) => {
    await expect(becomeFrom(role, sub)).rejects.toThrow(/Not authorized/);
  });
});

describe("the roles", () => {
  test("apply makes what bears the system's tags, and takes it away", async () => {
    const { clients } = await become("apply", { sub: environmentSubject("prod") });
    const tagged = (ResourceType: "security-group" | "vpc") => ({
      TagSpecifications: [
        {
          ResourceType,
          Tags: [
            { Key: "ManagedBy", Value: "prefect-fargate" },
            { Key: "PrefectSystem", Value: "us-east-1/prefect-cluster-prod" },
          ],
        },
      ],
    });
    const vpc = await clients.ec2.send(new CreateVpcCommand({ CidrBlock: "10.9.0.0/16", ...tagged("vpc") }));
    const { VpcId } = vpc.Vpc!;
    const group = {
      GroupName: "prefect-dev-worker-prod",
      Description: "x",
      VpcId,
      ...tagged("security-group"),
    };
    const { GroupId } = await clients.ec2.send(new CreateSecurityGroupCommand(group));
    await clients.ec2.send(new DeleteSecurityGroupCommand({ GroupId }));
    await clients.ec2.send(new DeleteVpcCommand({ VpcId }));
  });

  test("apply is denied everything outside the system", async () => {
    const { clients } = await become("apply", { sub: environmentSubject("prod") });
    const calls = await forbiddenToApply(clients, emulator.clients);
    expect(calls.length).toBeGreaterThanOrEqual(20);
    for (const [what, call] of calls)
      await expect(call(), what).rejects.toThrow(/not authorized|AccessDenied|Unauthorized/i);
  });

  test("plan changes nothing and reads no secret", async () => {
    const { clients } = await become("plan", { sub: PULL_REQUEST });
    const calls = await forbiddenToPlan(clients, emulator.clients);
    expect(calls.length).toBeGreaterThanOrEqual(20);
    for (const [what, call] of calls)
      await expect(call(), what).rejects.toThrow(/not authorized|AccessDenied|Unauthorized/i);
  });

  test("whoever writes a task's role gains nothing by it", async () => {
    const TASK_ROLE = "prefect-dev-worker-prod-task-role";
    const { clients } = await become("apply", { sub: environmentSubject("prod") });
    const anybody = { Effect: "Allow", Principal: { AWS: "*" }, Action: "sts:AssumeRole" };
    const everything = { Effect: "Allow", Action: "*", Resource: "*" };
    const document = (statement: object) => JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
    await clients.iam.send(
      new CreateRoleCommand({
        RoleName: TASK_ROLE,
        AssumeRolePolicyDocument: document(anybody),
        PermissionsBoundary: policyArn("prefect-fargate-prod-boundary"),
      }),
    );
    await clients.iam.send(
      new PutRolePolicyCommand({
        RoleName: TASK_ROLE,
        PolicyName: "everything",
        PolicyDocument: document(everything),
      }),
    );
    const { Credentials } = await emulator.clients.sts.send(
      new AssumeRoleCommand({ RoleArn: roleArn(TASK_ROLE), RoleSessionName: "x" }),
    );
    const task = awsClients(emulator, {
      accessKeyId: Credentials!.AccessKeyId!,
      secretAccessKey: Credentials!.SecretAccessKey!,
      sessionToken: Credentials!.SessionToken!,
    });
    const key = await task.secrets.send(
      new GetSecretValueCommand({ SecretId: "prefect-key-of-the-pipeline" }),
    );
    expect(key.SecretString).toBe("pnu_canary");
    for (const [what, call] of await forbiddenToTasks(task, emulator.clients))
      await expect(call(), what).rejects.toThrow(/not authorized|AccessDenied|Unauthorized/i);
  });
});

describe("by IAM's own simulation, the apply role", () => {
  const TASK = roleArn("prefect-dev-worker-prod-task-role");
  const ADMINISTRATOR = roleArn("administrator");
  const simulate = async (action: string, resource: string, context: Readonly<Record<string, string>>) => {
    const { EvaluationResults } = await emulator.clients.iam.send(
      new SimulatePrincipalPolicyCommand({
        PolicySourceArn: roleArn("prefect-fargate-prod-apply"),
        ActionNames: [action],
        ResourceArns: [resource],
        ContextEntries: Object.entries(context).map(([ContextKeyName, value]) => ({
          ContextKeyName,
          ContextKeyValues: [value],
          ContextKeyType: "string",
        })),
      }),
    );
    return EvaluationResults![0]!.EvalDecision;
  };
  const passedTo = (service: string) => ({ "iam:PassedToService": `${service}.amazonaws.com` });
  const bounded = { "iam:PermissionsBoundary": policyArn("prefect-fargate-prod-boundary") };

  test.each([
    ["hands a task's role to ECS", "iam:PassRole", TASK, passedTo("ecs-tasks")],
    ["makes a role within the boundary", "iam:CreateRole", TASK, bounded],
  ])("%s", async (_what, action, resource, context) => {
    expect(await simulate(action, resource, context)).toBe("allowed");
  });

  test.each([
    ["hands a task's role to Lambda", "iam:PassRole", TASK, passedTo("lambda")],
    ["hands a task's role to EC2", "iam:PassRole", TASK, passedTo("ec2")],
    ["hands an administrator's role to ECS", "iam:PassRole", ADMINISTRATOR, passedTo("ecs-tasks")],
    [
      "hands its own role to ECS",
      "iam:PassRole",
      roleArn("prefect-fargate-prod-apply"),
      passedTo("ecs-tasks"),
    ],
    ["makes a role without a boundary", "iam:CreateRole", TASK, {}],
    [
      "makes a role within the limits of its own",
      "iam:CreateRole",
      TASK,
      {
        "iam:PermissionsBoundary": policyArn("prefect-fargate-prod-limits"),
      },
    ],
    ["takes a boundary away", "iam:DeleteRolePermissionsBoundary", TASK, bounded],
    ["changes the boundary", "iam:CreatePolicyVersion", policyArn("prefect-fargate-prod-boundary"), {}],
    ["trusts itself more", "iam:UpdateAssumeRolePolicy", roleArn("prefect-fargate-prod-apply"), {}],
    [
      "reads another environment's state",
      "s3:GetObject",
      "arn:aws:s3:::acme-terraform-state/dev.tfstate",
      {},
    ],
    ["empties the bucket of states", "s3:DeleteObject", "arn:aws:s3:::acme-terraform-state/prod.tfstate", {}],
    [
      "makes a service-linked role of another service",
      "iam:CreateServiceLinkedRole",
      roleArn("x"),
      {
        "iam:AWSServiceName": "rds.amazonaws.com",
      },
    ],
  ])("never %s", async (_what, action, resource, context) => {
    expect(await simulate(action, resource, context)).toMatch(/Deny$/);
  });

  test("is what was applied", async () => {
    const { iam } = emulator.clients;
    const { Role } = await iam.send(new GetRoleCommand({ RoleName: "prefect-fargate-prod-apply" }));
    expect(Role!.PermissionsBoundary!.PermissionsBoundaryArn).toBe(policyArn("prefect-fargate-prod-limits"));
    const trust = JSON.parse(decodeURIComponent(Role!.AssumeRolePolicyDocument!));
    expect(trust.Statement[0].Condition).toEqual({
      StringEquals: {
        "token.actions.githubusercontent.com:aud": "sts.amazonaws.com",
        "token.actions.githubusercontent.com:ref": "refs/heads/main",
        "token.actions.githubusercontent.com:sub": [
          environmentSubject("prod"),
          environmentSubject("prod-approval"),
        ],
      },
    });
  });
});
