import { defineInterface, input, output } from "#terraform/module-interface.ts";
import { roleName } from "./names.ts";
import { rolePath } from "./roles.ts";
import { tags } from "./tags.ts";

/** Modules of ours that create something; a pipeline gets rights for those that its system uses. */
export const GRANTED_MODULES = [
  "network",
  "public-network",
  "isolated-network",
  "endpoints",
  "flow-logs",
  "cluster",
  "cluster-capacity",
  "discovery",
  "api-key",
  "task-execution-role",
  "worker",
  "process-worker",
  "target-tracking",
  "image-repository",
  "load-balancer",
  "service",
  "scaler",
] as const;

/** Those of a system with a VPC of its own. */
const DEFAULT_MODULES = ["network", "cluster", "discovery", "api-key", "task-execution-role", "worker"];

/**
 * What the module `pipeline-access` takes and gives. An OIDC provider and two roles for a CI pipeline, without a key to keep.
 * Free.
 */
export const pipelineAccessInterface = defineInterface({
  name: "pipeline-access",
  description: [
    "What a CI pipeline may do in the account, without a key to keep: an OIDC provider and two roles. *plan* reads, and",
    "writes nothing but the lock beside the state; it cannot read a secret. *apply* creates, changes and removes what the",
    "modules of the system consist of, under the system's own names and tags, and can raise nobody's rights, not its own",
    "either: every role that it creates carries the boundary. None of it costs anything.",
    "",
    "GitHub is trusted for one repository: plan for pull requests and the branch, apply for jobs of the branch in the named",
    "environments, whose protection rules GitHub enforces. CircleCI is trusted for one project and its repository: plan for every",
    "branch, apply for the branch.",
  ].join("\n"),
  inputs: {
    name: input.string("Begins the names of the roles and policies.", {
      default: "prefect-fargate",
      validation: [roleName("name")],
    }),
    githubRepository: input.optionalString(
      "GitHub repository: `owner/name`, or `owner@123/name@456` where its OIDC tokens carry numbers.",
      {
        default: null,
        validation: [
          {
            condition:
              'var.github_repository == null || can(regex("^[A-Za-z0-9][A-Za-z0-9-]*(@[0-9]+)?/[A-Za-z0-9._-]+(@[0-9]+)?$", var.github_repository))',
            message: "github_repository must name one repository, without wildcards.",
          },
        ],
      },
    ),
    githubEnvironments: input.strings("GitHub environments whose jobs may apply.", {
      default: [],
      validation: [withoutWildcards("github_environments")],
    }),
    circleciOrganizationId: input.optionalString("CircleCI organization, a UUID.", {
      default: null,
      validation: [uuid("circleci_organization_id")],
    }),
    circleciProjectId: input.optionalString("CircleCI project, a UUID.", {
      default: null,
      validation: [
        uuid("circleci_project_id"),
        {
          condition: "(var.circleci_project_id == null) == (var.circleci_organization_id == null)",
          message:
            "circleci_project_id and circleci_organization_id belong together: without the project, all of an organization's would be trusted.",
        },
        {
          condition: "(var.circleci_project_id == null) != (var.github_repository == null)",
          message:
            "Give github_repository, or circleci_organization_id and circleci_project_id: somebody must be trusted, and only one.",
        },
      ],
    }),
    circleciVcsOrigin: input.optionalString(
      "Repository of the CircleCI project, as its tokens name it: `github.com/owner/name`.",
      {
        default: null,
        validation: [
          {
            condition:
              'var.circleci_vcs_origin == null || can(regex("^[A-Za-z0-9.-]+(/[A-Za-z0-9._-]+)+$", var.circleci_vcs_origin))',
            message: "circleci_vcs_origin must name one repository, without scheme and wildcards.",
          },
          {
            condition: "(var.circleci_vcs_origin == null) == (var.circleci_project_id == null)",
            message:
              "circleci_vcs_origin and circleci_project_id belong together: without it, forks of the repository would be trusted.",
          },
        ],
      },
    ),
    branch: input.string("The branch from which is deployed.", {
      default: "main",
      validation: [
        {
          condition: 'can(regex("^[A-Za-z0-9][A-Za-z0-9._/-]*$", var.branch))',
          message: "branch must name one branch, without wildcards.",
        },
      ],
    }),
    oidcProviderArn: input.optionalString(
      "OIDC provider that exists: an account can have one for each address. By default it is created.",
      { default: null },
    ),
    stateBucket: input.string("Bucket of the Terraform state."),
    stateKey: input.string("The state's object in it; the lock lies beside it."),
    modules: input.strings("Modules that the system consists of.", {
      default: DEFAULT_MODULES,
      validation: [
        {
          condition: `alltrue([for module in var.modules : contains(${JSON.stringify(GRANTED_MODULES)}, module)])`,
          message: `modules can be ${GRANTED_MODULES.join(", ")}.`,
        },
      ],
    }),
    clusterName: input.string("Name of the ECS cluster.", { default: "prefect-cluster" }),
    executionRoleName: input.string("Name of the task execution role.", {
      default: "prefect-task-execution-role",
    }),
    secretName: input.string("Name of the API key's secret, when the system creates it.", {
      default: "prefect-api-key",
    }),
    secretArns: input.strings("Secrets and parameters that exist and that tasks read.", { default: [] }),
    workers: input.strings("Names of the workers.", {
      default: ["dev-worker"],
      validation: [withoutWildcards("workers")],
    }),
    services: input.strings("Names of the services beside them.", {
      default: [],
      validation: [withoutWildcards("services")],
    }),
    rolePath,
    policyArns: input.strings("Policies that workers and flow runs get, beside AWS's own for ECS tasks.", {
      default: [],
    }),
    taskActions: input.strings(
      "What tasks may do at most, beside what the system itself needs: the actions of `policy_arns`, such as `s3:GetObject`.",
      {
        default: [],
        validation: [
          {
            condition:
              'alltrue([for action in var.task_actions : can(regex("^[a-z0-9-]+:([A-Z][A-Za-z]*[*]?|[*])$", action)) && !can(regex("^(account|iam|organizations|sso|sso-admin|sts):", action))])',
            message:
              "task_actions must name actions of one service each, such as s3:GetObject or s3:Get*, and none of IAM, STS or the account.",
          },
          {
            condition: "length(var.policy_arns) == 0 || length(var.task_actions) > 0",
            message: "policy_arns give nothing that task_actions do not name.",
          },
        ],
      },
    ),
    imageRepositoryName: input.string("Name of the ECR repository that the system has for its images.", {
      default: "prefect-worker",
    }),
    flowsRepository: input.optionalString("ECR repository to which the pipeline pushes the image of flows.", {
      default: null,
    }),
    resourceTags: input.map("Tags by which the system's resources are known: those of its provider.", {
      default: { ManagedBy: "prefect-fargate" },
      validation: [
        { condition: "length(var.resource_tags) > 0", message: "resource_tags needs at least one tag." },
      ],
    }),
    tags,
  },
  outputs: {
    planRoleArn: output.string("ARN of the role that plans."),
    applyRoleArn: output.string("ARN of the role that applies."),
    boundaryArn: output.string(
      "Policy that bounds every role of the system: its `permissions_boundary_arn`.",
    ),
    oidcProviderArn: output.string("ARN of the OIDC provider."),
  },
  example: {
    githubRepository: "acme/data-platform",
    githubEnvironments: ["prod"],
    stateBucket: "acme-terraform-state",
    stateKey: "prefect-fargate/prod/terraform.tfstate",
  },
});

function withoutWildcards(variable: string) {
  return {
    condition: `alltrue([for name in var.${variable} : can(regex("^[A-Za-z0-9._-]+$", name))])`,
    message: `${variable} must be names of letters, digits and ._- characters, without wildcards.`,
  };
}

function uuid(variable: string) {
  return {
    condition: `var.${variable} == null || can(regex("^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$", var.${variable}))`,
    message: `${variable} must be a UUID.`,
  };
}
