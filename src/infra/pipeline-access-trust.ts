import { TerraformCount, TerraformLocal } from "cdktn";
import type { Construct } from "constructs";
import { IamOpenidConnectProvider } from "#aws/iam-openid-connect-provider.ts";
import { jsonencode, tf } from "#terraform/expressions.ts";
import { note } from "#terraform/notes.ts";
import type { PipelineAccessProps } from "./pipeline-access-props.ts";

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
  const trust = (subjects: TerraformLocal): string =>
    jsonencode({
      Version: "2012-10-17",
      Statement: [
        {
          Sid: "Pipeline",
          Effect: "Allow",
          Principal: { Federated: providerArn },
          Action: "sts:AssumeRoleWithWebIdentity",
          Condition: {
            StringEquals: tf`{ "\${${issuer}}:aud" = ${audience} }`,
            StringLike: tf`{ "\${${issuer}}:sub" = ${subjects.fqn} }`,
          },
        },
      ],
    });
  return { providerArn, plan: trust(plan), apply: trust(apply) };
}

/**
 * The subjects that the two CIs give to their tokens. Of GitHub's there is nothing to leave open; CircleCI's names the person
 * who started the pipeline and the address of the repository, which do not matter.
 */
function createSubjects(scope: Construct, props: PipelineAccessProps, isGithub: unknown) {
  const { githubRepository, githubEnvironments, circleciOrganizationId, circleciProjectId, branch } = props;
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
    tf`"org/\${coalesce(${circleciOrganizationId}, "-")}/project/\${coalesce(${circleciProjectId}, "-")}/user/*/vcs-origin/*/vcs-ref"`,
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
  return { plan, apply };
}
