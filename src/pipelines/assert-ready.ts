import type { Config } from "#config/schema.ts";
import { PrefectFargateError } from "#errors";
import { flowArchitectures } from "./flows-machine.ts";

export const PIPELINE_PROVIDERS = ["github", "circleci"] as const;
export type PipelineProvider = (typeof PIPELINE_PROVIDERS)[number];

interface Lack {
  readonly sentence: string;
  /** What to write, and where. */
  readonly remedy: string;
}

/**
 * Refuses what a pipeline could not deploy: it has no disk to keep a state on, no key to give to Terraform, and must know
 * whom AWS trusts.
 *
 * @throws PIPELINE_NOT_READY
 */
export function assertReady(
  provider: PipelineProvider,
  environments: Readonly<Record<string, Config>>,
): void {
  const lacks = Object.entries(environments).flatMap(([name, config]) => lacksOf(provider, name, config));
  if (Object.keys(environments).length === 0)
    lacks.push({
      sentence: "The config describes one system and no environments.",
      remedy: "Add environments: { prod: {} } to the config; prefect-fargate init writes one",
    });
  if (lacks.length === 0) return;
  const [first, ...more] = lacks as [Lack, ...Lack[]];
  throw new PrefectFargateError("PIPELINE_NOT_READY", first.sentence, {
    details: more.map(({ sentence }) => sentence),
    hint: first.remedy,
  });
}

function lacksOf(provider: PipelineProvider, name: string, config: Config): Lack[] {
  const { awsAccount, pipeline, prefect, state } = config;
  const lacks: (Lack | false)[] = [
    provider === "github" &&
      pipeline?.repository === undefined && {
        sentence: `Nothing says which GitHub repository may deploy ${name}.`,
        remedy: 'Add pipeline: { repository: "owner/name" }',
      },
    provider === "circleci" &&
      pipeline?.projectId === undefined && {
        sentence: `Nothing says which CircleCI project may deploy ${name}.`,
        remedy:
          'Add pipeline: { organizationId: "…", projectId: "…", vcsOrigin: "github.com/owner/name" }; the first two are UUIDs from CircleCI\'s settings',
      },
    awsAccount === undefined && {
      sentence: `The AWS account of ${name} is not named, and so neither are the roles of its pipeline.`,
      remedy: `Add awsAccount: "123456789012" to environments.${name}`,
    },
    prefect.apiKey !== undefined &&
      !("secretArn" in prefect.apiKey) && {
        sentence: `In ${name} Terraform would write the Prefect API key, which a pipeline does not have.`,
        remedy: `Add prefect: { apiKey: { secretArn: "arn:aws:secretsmanager:…" } } to environments.${name}; prefect-fargate bootstrap makes such a secret`,
      },
    givesPolicies(config) &&
      pipeline?.taskActions === undefined && {
        sentence: `In ${name} workers or flows get policies, and nothing says what tasks may do at most.`,
        remedy: 'Add pipeline: { taskActions: ["s3:GetObject"] }, with the actions of those policies',
      },
    pipeline?.flowsRepository !== undefined &&
      flowArchitectures(config).length > 1 && {
        sentence: `In ${name} some flows run on x86_64 and some on arm64, and the pipeline builds one image for all.`,
        remedy: "Give the workers' flows one architecture, or leave pipeline.flowsRepository out",
      },
    state === undefined && {
      sentence: `The Terraform state of ${name} lies on one machine, which a pipeline is not.`,
      remedy: 'Add state: { bucket: "…" }; prefect-fargate bootstrap makes such a bucket',
    },
  ];
  return lacks.filter((lack) => lack !== false);
}

/** Roles that a pipeline makes are bounded, so that policies give them only what was named before. */
const givesPolicies = ({ workers }: Config): boolean =>
  Object.values(workers).some(({ policyArns, flows }) => policyArns.length + flows.policyArns.length > 0);
