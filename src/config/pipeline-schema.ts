import * as z from "zod";
import { type Complaint, obeys } from "./complaint.ts";
import { uuidRule } from "./prefect-address.ts";

/** Where a pipeline runs, as far as AWS has to know whom to trust. */
const REPOSITORY = /^[A-Za-z0-9][A-Za-z0-9-]{0,38}(@\d+)?\/[A-Za-z0-9._-]{1,100}(@\d+)?$/;
const ORIGIN = /^[A-Za-z0-9.-]+(\/[A-Za-z0-9._-]+)+$/;
const BRANCH = /^[A-Za-z0-9][A-Za-z0-9._/-]{0,200}$/;
/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_CreateRepository.html */
const ECR_REPOSITORY = /^(?:[a-z0-9]+(?:[._-][a-z0-9]+)*\/)*[a-z0-9]+(?:[._-][a-z0-9]+)*$/;

/** GitHub puts the repository into the token that AWS checks, with its numbers where the repository has that setting. */
function repositoryRule(repository: string): Complaint | undefined {
  const works =
    "It looks like acme/data-platform, or acme@123456/data-platform@456789 where the repository's OIDC tokens carry its numbers.";
  if (repository.includes("*") || repository.includes("?"))
    return { verdict: "has a wildcard in it: AWS would trust other repositories too", works };
  if (!REPOSITORY.test(repository)) return { verdict: "is not a repository of GitHub", works };
  const numbers = repository.match(/@\d+/g)?.length ?? 0;
  return numbers === 1 ? { verdict: "has one number of two", works } : undefined;
}

function branchRule(branch: string): Complaint | undefined {
  if (/[*?]/.test(branch))
    return {
      verdict: "has a wildcard in it: every branch of that form could deploy",
      works: "Name one branch.",
    };
  if (BRANCH.test(branch) && !branch.includes("..") && !branch.startsWith("refs/")) return undefined;
  return { verdict: "is not the name of a branch", works: "It looks like main or release/2.x." };
}

function originRule(origin: string): Complaint | undefined {
  const works = "It looks like github.com/acme/data-platform.";
  if (/[*?]/.test(origin))
    return { verdict: "has a wildcard in it: AWS would trust other repositories too", works };
  return ORIGIN.test(origin) ? undefined : { verdict: "is not the address of a repository", works };
}

/** With these a task could take on other roles, or change who may do what. */
const RAISES_RIGHTS = /^(account|iam|organizations|sso|sso-admin|sts):/;

function taskActionRule(action: string): Complaint | undefined {
  const works = "It looks like s3:GetObject, s3:Get* or dynamodb:*.";
  if (RAISES_RIGHTS.test(action))
    return { verdict: "would let whoever writes a flow raise their own rights", works };
  return /^[a-z0-9-]+:([A-Z][A-Za-z]*)?\*?$/.test(action) && !action.endsWith(":")
    ? undefined
    : { verdict: "does not name actions of one service", works };
}

export const ecrRule = (name: string): Complaint | undefined =>
  ECR_REPOSITORY.test(name)
    ? undefined
    : {
        verdict: "is not a name that an ECR repository can have",
        works: "It looks like prefect-flows or data/flows.",
      };

const id = () => z.string().superRefine(obeys(uuidRule)).optional();

export const pipelineSchema = z
  .lazy(() =>
    z
      .strictObject({
        repository: z.string().superRefine(obeys(repositoryRule)).optional().meta({
          description:
            "GitHub repository whose workflows may use the roles: `acme/data-platform`. Repositories made since July 2026 have numbers in their OIDC tokens: `acme@123456/data-platform@456789`.",
          defaultInWords: "none: GitHub Actions is not trusted",
        }),
        organizationId: id().meta({
          description: "CircleCI organization, a UUID from its settings.",
          defaultInWords: "none: CircleCI is not trusted",
        }),
        projectId: id().meta({
          description: "CircleCI project, a UUID from its settings.",
          defaultInWords: "none: CircleCI is not trusted",
        }),
        vcsOrigin: z.string().superRefine(obeys(originRule)).optional().meta({
          description:
            "Repository of the CircleCI project as its tokens name it (their claim `oidc.circleci.com/vcs-origin`): `github.com/acme/data-platform`.",
          defaultInWords: "none: CircleCI is not trusted",
        }),
        branch: z
          .string()
          .superRefine(obeys(branchRule))
          .default("main")
          .describe("The branch from which environments are deployed."),
        taskActions: z
          .array(z.string().superRefine(obeys(taskActionRule)))
          .optional()
          .meta({
            description:
              "What tasks may do at most where a pipeline makes their roles, beside what the system itself needs: the actions of the policies in `policyArns`, such as `s3:GetObject` or `dynamodb:*`.",
            defaultInWords: "none",
          }),
        flowsRepository: z.string().superRefine(obeys(ecrRule)).optional().meta({
          description: "ECR repository, which exists, for the image of the team's flows.",
          defaultInWords: "none: the pipeline deploys no flows",
        }),
      })
      .superRefine(
        obeys<{ organizationId?: string; projectId?: string; vcsOrigin?: string }>(
          ({ organizationId, projectId, vcsOrigin }) =>
            new Set([organizationId, projectId, vcsOrigin].map((given) => given === undefined)).size === 1
              ? undefined
              : {
                  verdict: "names only a part of what AWS has to know of CircleCI",
                  works: "AWS trusts one project of one organization, and its one repository.",
                  remedy: "Give organizationId, projectId and vcsOrigin",
                },
        ),
      ),
  )
  .optional()
  .meta({
    description:
      "Which repository's pipeline may plan and apply. `prefect-fargate pipeline github` or `circleci` writes it.",
    defaultInWords: "none: no pipeline",
  });
