import { TerraformCount, TerraformLocal } from "cdktn";
import type { Construct } from "constructs";
import { IamOpenidConnectProvider } from "#aws/iam-openid-connect-provider.ts";
import { bare, type Expression, jsonencode, tf } from "#terraform/expressions.ts";
import { note } from "#terraform/notes.ts";
import { accountOf } from "../account.ts";
import type { PipelineAccessProps } from "./props.ts";

export interface Trust {
  readonly providerArn: string;
  /** Trust policies of the two roles. */
  readonly plan: string;
  readonly apply: string;
}

/** Whom AWS believes, and for what: the subject of the token that the CI's own identity provider signs. */
export function createTrust(scope: Construct, props: PipelineAccessProps): Trust {
  const { githubRepository, circleciOrganizationId, oidcProviderArn, tags } = props;
  const isGithub = tf`${githubRepository} != null`;
  const issuer = new TerraformLocal(
    scope,
    "issuer",
    tf`${isGithub} ? "token.actions.githubusercontent.com" : "oidc.circleci.com/org/\${coalesce(${circleciOrganizationId}, "-")}"`,
  ).asString;
  const audience = new TerraformLocal(
    scope,
    "audience",
    tf`${isGithub} ? "sts.amazonaws.com" : ${circleciOrganizationId}`,
  ).asString;

  const provider = new IamOpenidConnectProvider(scope, "iam_openid_connect_provider", {
    count: TerraformCount.of(tf`${oidcProviderArn} == null ? 1 : 0`.number),
    url: tf`"https://\${${issuer}}"`.string,
    clientIdList: tf`[${audience}]`.list,
    tags,
  });
  note(
    provider,
    "An account can have one for each address. AWS checks every token's signature with its keys.",
  );
  const providerArn = tf`coalesce(${oidcProviderArn}, one(${provider.fqn}[*].arn))`.string;

  const { plan, apply } = createSubjects(scope, props, isGithub);
  const trust = (subjects: string, ref: unknown): string =>
    jsonencode({
      Version: "2012-10-17",
      Statement: [
        {
          Sid: "Pipeline",
          Effect: "Allow",
          Principal: { Federated: providerArn },
          Action: "sts:AssumeRoleWithWebIdentity",
          Condition: conditions({ issuer, audience, subjects, ref, isGithub }),
        },
      ],
    });
  return { providerArn, plan: trust(plan, null), apply: trust(apply, createRef(scope, props, isGithub)) };
}

interface TrustConditions {
  readonly issuer: string;
  readonly audience: string;
  readonly subjects: string;
  /** GitHub's claim of that name, or null where it does not matter. */
  readonly ref: unknown;
  readonly isGithub: Expression;
}

/** On GitHub everything is known and equal; CircleCI's subjects have the person in them. */
const conditions = ({ issuer, audience, subjects, ref, isGithub }: TrustConditions): Expression =>
  tf`merge({ StringEquals = { for claim, value in { aud = ${audience}, sub = ${isGithub} ? ${subjects} : null, ref = ${ref} } : "\${${issuer}}:\${claim}" => value if value != null } }, { for operator, claims in { StringLike = { "\${${issuer}}:sub" = ${subjects} } } : operator => claims if !(${isGithub}) })`;

/**
 * GitHub's environments limit the branches that may use them, if somebody has told them to. AWS looks for itself, where it knows the
 * claim: in its commercial regions.
 */
function createRef(scope: Construct, { branch }: PipelineAccessProps, isGithub: Expression): string {
  const ref = new TerraformLocal(
    scope,
    "apply_ref",
    tf`${isGithub} && ${accountOf(scope).partition} == "aws" ? "refs/heads/\${${branch}}" : null`,
  );
  note(
    ref,
    "https://aws.amazon.com/about-aws/whats-new/2026/01/aws-sts-supports-validation-identity-provider-claims/",
  );
  return tf`${ref.fqn}`.string;
}

/** The person who started a CircleCI pipeline: any, but one UUID and nothing else. `*` would also match what follows it. */
const ANY_USER = "????????-????-????-????-????????????";

/**
 * The subjects that the two CIs give to their tokens. Of GitHub's there is nothing to leave open. CircleCI's names the person who
 * started the pipeline, and ends with the branch, which whoever pushes may call `x/vcs-ref/refs/heads/main`: all before it has a
 * fixed length, so that only the branch's whole name is compared.
 */
function createSubjects(scope: Construct, props: PipelineAccessProps, isGithub: Expression) {
  const { githubRepository, githubEnvironments, branch } = props;
  const { circleciOrganizationId, circleciProjectId, circleciVcsOrigin } = props;
  const github = new TerraformLocal(
    scope,
    "github_subject",
    tf`"repo:\${coalesce(${githubRepository}, "-")}"`,
  ).asString;
  note(
    scope.node.findChild("github_subject"),
    "https://docs.github.com/en/actions/reference/security/oidc#example-subject-claims",
  );
  const circleci = new TerraformLocal(
    scope,
    "circleci_subject",
    tf`"org/\${coalesce(${circleciOrganizationId}, "-")}/project/\${coalesce(${circleciProjectId}, "-")}/user/${bare(ANY_USER)}/vcs-origin/\${coalesce(${circleciVcsOrigin}, "-")}/vcs-ref"`,
  ).asString;
  note(
    scope.node.findChild("circleci_subject"),
    "Of CIRCLE_OIDC_TOKEN_V2: https://circleci.com/docs/guides/permissions-authentication/openid-connect-tokens/",
  );
  const plan = new TerraformLocal(
    scope,
    "plan_subjects",
    tf`${isGithub} ? ["\${${github}}:pull_request", "\${${github}}:ref:refs/heads/\${${branch}}"] : ["\${${circleci}}/refs/*"]`,
  );
  const apply = new TerraformLocal(
    scope,
    "apply_subjects",
    tf`${isGithub} ? [for environment in ${githubEnvironments} : "\${${github}}:environment:\${environment}"] : ["\${${circleci}}/refs/heads/\${${branch}}"]`,
  );
  return { plan: tf`${plan.fqn}`.string, apply: tf`${apply.fqn}`.string };
}
