import { TerraformLocal } from "cdktn";
import { Construct } from "constructs";
import { IamPolicy } from "#aws/iam-policy.ts";
import { IamRole } from "#aws/iam-role.ts";
import { IamRolePolicy } from "#aws/iam-role-policy.ts";
import { IamRolePolicyAttachment } from "#aws/iam-role-policy-attachment.ts";
import { forEachOf, iterate, jsonencode, tf } from "#terraform/expressions.ts";
import { note } from "#terraform/notes.ts";
import { accountOf } from "./account.ts";
import { applyLimits } from "./pipeline-access/limits.ts";
import { type ModuleTypes, neededActions, readStatements, sidOf } from "./pipeline-access/policies.ts";
import type { PipelineAccessProps } from "./pipeline-access/props.ts";
import type { ScopeName } from "./pipeline-access/scope-names.ts";
import { AREAS, createScopes, type Scope } from "./pipeline-access/scopes.ts";
import { pushStatements, stateStatements } from "./pipeline-access/state.ts";
import { taskBoundary } from "./pipeline-access/task-boundary.ts";
import { createTrust, type Trust } from "./pipeline-access/trust.ts";

/** A session ends with its job: an apply with a new VPC takes minutes. */
const SESSION_SECONDS = 3600;

/** What a pipeline may do in the account: an OIDC provider, a role that plans, a role that applies. */
export class PipelineAccess extends Construct {
  readonly trust: Trust;
  readonly plan: IamRole;
  readonly apply: IamRole;
  readonly boundary: IamPolicy;
  /** Without these the roles can do nothing. */
  readonly rights: readonly (IamRolePolicy | IamRolePolicyAttachment)[];

  /** @param modules what each module consists of; the props say which of them the system uses */
  constructor(
    scope: Construct,
    id: string,
    props: PipelineAccessProps,
    modules: Readonly<Record<string, ModuleTypes>>,
  ) {
    super(scope, id);
    const { name, tags } = props;
    const { partition, id: account } = accountOf(this);
    const boundaryName = `${name}-boundary`;
    const boundaryArn = `arn:${partition}:iam::${account}:policy/${boundaryName}`;
    const scopes = createScopes(this, props, boundaryArn);
    const reads = readStatements(Object.values(modules), scopes);

    this.trust = createTrust(this, props);
    this.boundary = new IamPolicy(this, "boundary_iam_policy", {
      name: boundaryName,
      description: "The most that roles made by a pipeline may do.",
      policy: taskBoundary(this, props),
      tags,
    });
    note(this.boundary, "What tasks need and no more: whoever can write a task's role gains no right by it.");
    const limits = new IamPolicy(this, "limits_iam_policy", {
      name: `${name}-limits`,
      description: "The most that the pipeline itself may do, whatever is attached to its role.",
      policy: applyLimits(this, props, boundaryArn),
      tags,
    });

    this.plan = new IamRole(this, "plan_iam_role", {
      name: `${name}-plan`,
      description: "A pipeline that plans: it reads.",
      assumeRolePolicy: this.trust.plan,
      maxSessionDuration: SESSION_SECONDS,
      tags,
    });
    const planning = new IamRolePolicy(this, "plan_iam_role_policy", {
      name: "plan",
      role: this.plan.id,
      policy: jsonencode({
        Version: "2012-10-17",
        Statement: [...reads, ...stateStatements(this, props, "plan"), ...noSecrets(this)],
      }),
    });
    note(planning, "Reads; writes nothing but the lock beside the state. No secret is ever read for a plan.");

    this.apply = new IamRole(this, "apply_iam_role", {
      name: `${name}-apply`,
      description: "A pipeline that applies: it makes, changes and removes what the system consists of.",
      assumeRolePolicy: this.trust.apply,
      permissionsBoundary: limits.arn,
      maxSessionDuration: SESSION_SECONDS,
      tags,
    });
    const applying = new IamRolePolicy(this, "apply_iam_role_policy", {
      name: "apply",
      role: this.apply.id,
      policy: jsonencode({
        Version: "2012-10-17",
        Statement: tf`concat(${[...reads, ...stateStatements(this, props, "apply")]}, ${pushStatements(this, props)})`,
      }),
    });

    const attached = createParts(this, props, this.apply, { modules, scopes });
    this.rights = [planning, applying, attached];
  }
}

interface Needs {
  readonly modules: Readonly<Record<string, ModuleTypes>>;
  readonly scopes: Readonly<Record<ScopeName, Scope>>;
}

/** The apply role's rights: of the modules in use, what each needs, put together by where it is allowed. */
function createParts(
  scope: Construct,
  { name, modules: used, tags }: PipelineAccessProps,
  role: IamRole,
  { modules, scopes }: Needs,
): IamRolePolicyAttachment {
  const needs = new TerraformLocal(
    scope,
    "needs",
    Object.fromEntries(
      Object.entries(modules)
        .map(([module, types]) => [module, neededActions(types)] as const)
        .filter(([, actions]) => Object.keys(actions).length > 0),
    ),
  );
  note(
    needs,
    "Just what Terraform calls for each module's resources, and where: `areas` has the places by these names.",
  );
  const areas = new TerraformLocal(
    scope,
    "areas",
    Object.fromEntries(
      Object.entries(AREAS).map(([area, names]) => [
        area,
        names.map((place) => ({ Sid: sidOf(place), place, ...scopes[place] })),
      ]),
    ),
  );
  const statements = new TerraformLocal(
    scope,
    "statements",
    tf`{ for area, places in ${areas.fqn} : area => [for place in places : merge({ Effect = "Allow", Action = sort(distinct(flatten([for module in ${used} : try(${needs.fqn}[module][place.place], [])]))) }, { for key, value in place : key => value if key != "place" }) if length(flatten([for module in ${used} : try(${needs.fqn}[module][place.place], [])])) > 0] }`,
  );
  const parts = new IamPolicy(scope, "apply_iam_policy", {
    forEach: iterate(
      tf`{ for area, allowed in ${statements.fqn} : area => jsonencode({ Version = "2012-10-17", Statement = allowed }) if length(allowed) > 0 }`,
    ),
    name: tf`"\${${name}}-apply-\${each.key}"`.string,
    description: "What a pipeline needs to apply.",
    policy: tf`each.value`.string,
    tags,
  });
  return new IamRolePolicyAttachment(
    scope,
    "apply_iam_role_policy_attachment",
    forEachOf(parts, (_area, policy) => ({ role: role.name, policyArn: policy.arn })),
  );
}

/** Allowed by nothing above; a policy attached later cannot allow it either. An encrypted state is decrypted by S3. */
const noSecrets = (scope: Construct) => [
  {
    Sid: "NoSecrets",
    Effect: "Deny",
    Action: [
      "secretsmanager:BatchGetSecretValue",
      "secretsmanager:GetSecretValue",
      "ssm:GetParameter",
      "ssm:GetParameterHistory",
      "ssm:GetParameters",
      "ssm:GetParametersByPath",
    ],
    Resource: "*",
  },
  {
    Sid: "NoDecryption",
    Effect: "Deny",
    Action: "kms:Decrypt",
    Resource: "*",
    Condition: { StringNotEquals: { "kms:ViaService": `s3.${accountOf(scope).region}.amazonaws.com` } },
  },
];
