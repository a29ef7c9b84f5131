import { pipelineNames } from "#config/pipeline-names.ts";
import { SYSTEM_TAG } from "#config/resource-tags.ts";
import type { Config } from "#config/schema.ts";
import { systemName } from "#config/system-name.ts";
import { GRANTED_MODULES, pipelineAccessInterface } from "#infra/interfaces/pipeline-access.ts";
import { joinBlocks, renderBlock } from "#terraform/hcl.ts";
import { callModule, type Reference } from "#terraform/module-interface.ts";
import { escapeTemplates } from "#terraform/template.ts";
import { composeRoot, ROOT_HEADER, type RootFiles } from "./compose-root.ts";
import { MANAGED_BY, requirementsBlock } from "./provider-block.ts";
import { modulesIn } from "./write-root.ts";

/** Environments on GitHub whose jobs may apply: with a plan that was reviewed, and with one that somebody approved. */
const githubEnvironments = (name: string): string[] => [name, `${name}-approval`];

/**
 * What AWS must know about the pipeline of an environment: a page of Terraform for somebody who may write IAM. What the apply
 * role may do follows from what the environment's own root consists of.
 */
export function composeAccess(config: Config, provider: PipelineProviderName): RootFiles {
  return {
    "main.tf": `${ROOT_HEADER}\n\n${joinBlocks([requirementsBlock(), accessProvider(config), ...accessBlocks(config, provider)])}`,
  };
}

type PipelineProviderName = "github" | "circleci";

export interface AccessOptions {
  /** An account has one provider for each address. @default - it is created */
  readonly oidcProviderArn?: string | undefined;
  /** Of a secret that is made beside the roles. @default - the config's, where it names one */
  readonly secretArn?: Reference | undefined;
}

/** The module's call, and what it gives. */
export function accessBlocks(
  config: Config,
  provider: PipelineProviderName,
  { oidcProviderArn, secretArn }: AccessOptions = {},
): string[] {
  const {
    pipeline,
    environment = "",
    executionRole,
    cluster,
    prefect,
    workers,
    services,
    rolePath,
    state,
    images,
  } = escapeTemplates(config);
  const used = modulesIn(composeRoot(config));
  const module = callModule(pipelineAccessInterface, "pipeline_access", {
    name: pipelineNames(config).prefix,
    ...(provider === "github"
      ? { githubRepository: pipeline?.repository, githubEnvironments: githubEnvironments(environment) }
      : {
          circleciOrganizationId: pipeline?.organizationId,
          circleciProjectId: pipeline?.projectId,
          circleciVcsOrigin: pipeline?.vcsOrigin,
        }),
    branch: pipeline?.branch,
    stateBucket: state?.bucket ?? "",
    stateKey: state?.key ?? "",
    modules: GRANTED_MODULES.filter((name) => used.has(name)),
    clusterName: cluster.name,
    executionRoleName: executionRole.name,
    secretName: prefect.apiKey && "secretName" in prefect.apiKey ? prefect.apiKey.secretName : undefined,
    workers: Object.keys(workers),
    ...(Object.keys(services).length > 0 ? { services: Object.keys(services) } : {}),
    policyArns: [
      ...new Set([
        ...Object.values(workers).flatMap(({ policyArns, flows }) => [...policyArns, ...flows.policyArns]),
        ...Object.values(services).flatMap(({ policyArns }) => policyArns),
      ]),
    ],
    secretArns: [
      ...[secretArn ?? givenSecretOf(prefect.apiKey)].filter((arn) => arn !== undefined),
      ...new Set(Object.values(services).flatMap(({ secrets }) => Object.values(secrets).map(wholeSecret))),
    ],
    taskActions: pipeline?.taskActions,
    imageRepositoryName: images?.repository,
    flowsRepository: pipeline?.flowsRepository,
    oidcProviderArn,
    rolePath,
    resourceTags: { ...MANAGED_BY, [SYSTEM_TAG]: systemName(config) },
  });
  const outputs = {
    plan_role_arn: module.outputs.planRoleArn,
    apply_role_arn: module.outputs.applyRoleArn,
    boundary_arn: module.outputs.boundaryArn,
  };
  return [
    renderBlock("module", [module.label], module.body, {
      note: "Nobody keeps a key: the CI's own tokens are exchanged for these roles.",
    }),
    ...Object.entries(outputs).map(([name, value]) => renderBlock("output", [name], { value })),
  ];
}

const givenSecretOf = (apiKey: Config["prefect"]["apiKey"]): string | undefined =>
  apiKey && "secretArn" in apiKey ? apiKey.secretArn : undefined;

/** A secret's ARN without what may follow it: a key in it, a stage and a version. */
const wholeSecret = (arn: string): string => arn.split(":").slice(0, 7).join(":");

/** Tagged as something else than the system: what a deploy or destroy looks for by its tags is not this. */
const accessProvider = ({ region, awsAccount, tags }: Config): string =>
  renderBlock(
    "provider",
    ["aws"],
    {
      region,
      ...(awsAccount ? { allowed_account_ids: [awsAccount] } : {}),
      default_tags: { tags: { ...escapeTemplates(tags), ManagedBy: "prefect-fargate pipeline" } },
    },
    { nested: { default_tags: {} } },
  );
