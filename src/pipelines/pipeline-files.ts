import { readFileSync } from "node:fs";
import { prefectApiUrl } from "#config/api-url.ts";
import { iamArn, pipelineNames } from "#config/pipeline-names.ts";
import type { Config } from "#config/schema.ts";
import { packagePath, packageVersion } from "#package";
import { assertReady, type PipelineProvider } from "./assert-ready.ts";
import { flowsMachine } from "./flows-machine.ts";
import { type Holes, renderTemplate } from "./render-template.ts";

/** https://pypi.org/project/checkov/ */
export const CHECKOV_RELEASE = "3.3.30";

/**
 * What the scan finds and we have decided otherwise, with the reason. Everything else it finds fails the check.
 * https://www.checkov.io/5.Policy%20Index/terraform.html
 */
export const ACCEPTED_FINDINGS: Readonly<Record<string, string>> = {
  CKV_AWS_2: "A load balancer speaks plain HTTP only where the config says `http: true`.",
  CKV_AWS_50: "X-Ray is billed by the trace; the scaler logs what it decides.",
  CKV_AWS_65: "Container Insights is billed by the metric; the gate and `status` read ECS itself.",
  CKV_AWS_103:
    "HTTPS listeners have a policy of TLS 1.3 and 1.2; there is none where the config says `http: true`.",
  CKV_AWS_115:
    "The scaler is started once a minute; concurrency reserved for it is taken from the account's.",
  CKV_AWS_116: "The scaler looks anew every minute: a call that failed is not to be made again.",
  CKV_AWS_130:
    "Public subnets hold the NAT gateway, and tasks only where the config asks for public addresses.",
  CKV_AWS_136: "ECR encrypts with AWS's own key.",
  CKV_AWS_149: "Secrets Manager encrypts with AWS's own key; a key of one's own costs $1 a month.",
  CKV_AWS_150:
    "A load balancer goes when its system is destroyed; `loadBalancer.deletionProtection` keeps it.",
  CKV_AWS_158: "CloudWatch Logs encrypts with AWS's own key.",
  CKV_AWS_260: "Services are reached from security groups; `allowedCidrs` says who reaches a load balancer.",
  CKV_AWS_272: "The scaler's code lies in its module, and its digest is in the plan.",
  CKV_AWS_333:
    "Tasks have public addresses only where the config asks for them, and nobody may connect to them.",
  CKV_AWS_336: "The stock image installs the AWS integration when it starts.",
  CKV_AWS_338:
    "Logs are kept for 30 days by default; they are billed by the GB and month. `logs.retentionDays` keeps them longer.",
  CKV_AWS_378: "Behind the load balancer, requests go to tasks inside the VPC.",
  CKV_AWS_394: "Zones are chosen once and kept in the state.",
  CKV2_AWS_5: "The security group of flow runs is attached when a run starts.",
  CKV2_AWS_11: "Flow logs are billed by the GB; the config can turn them on.",
  CKV2_AWS_12: "Nothing uses the VPC's default security group.",
  CKV2_AWS_20: "A load balancer speaks plain HTTP only where the config says `http: true`.",
  CKV2_AWS_28: "A web ACL is billed by the month; `allowedCidrs` says who reaches a load balancer.",
  CKV2_AWS_57: "An API key of Prefect is rotated by `rotate-key`, which the worker takes part in.",
};

const FILES: Readonly<Record<PipelineProvider, Readonly<Record<string, string>>>> = {
  github: {
    ".github/workflows/prefect-fargate-plan.yml": "github/plan.yml",
    ".github/workflows/prefect-fargate-deploy.yml": "github/deploy.yml",
    ".github/workflows/prefect-fargate-drift.yml": "github/drift.yml",
  },
  circleci: { ".circleci/config.yml": "circleci/config.yml" },
};

/**
 * The files of a pipeline, by their paths in the repository. Environments are deployed in the order given.
 *
 * @param version release of this tool that the pipeline runs: by default the one that writes it
 * @throws PIPELINE_NOT_READY with everything that the config lacks for it
 */
export function pipelineFiles(
  provider: PipelineProvider,
  environments: Readonly<Record<string, Config>>,
  version = packageVersion,
): Record<string, string> {
  assertReady(provider, environments);
  const configs = Object.values(environments);
  const names = Object.keys(environments);
  const [{ pipeline }] = configs as [Config];
  const values = {
    shared: {
      VERSION: version,
      BRANCH: pipeline?.branch ?? "main",
      FIRST: names[0]!,
      ORDER: names.join(" "),
      CHECKOV: CHECKOV_RELEASE,
      ACCEPTED: Object.keys(ACCEPTED_FINDINGS).join(","),
    },
    environments: configs.map((config, index) => holesOf(config, names[index]!, names[index - 1])),
    parts: new Set(configs.some((config) => config.pipeline?.flowsRepository) ? ["flows"] : []),
  };
  return Object.fromEntries(
    Object.entries(FILES[provider]).map(([path, template]) => [
      path,
      renderTemplate(readTemplate(template), values),
    ]),
  );
}

export const readTemplate = (name: string): string =>
  readFileSync(packagePath("src", "pipelines", "templates", name), "utf8");

function holesOf(config: Config, name: string, previous: string | undefined): Holes {
  const { awsAccount = "", region, pipeline } = config;
  const { planRole, applyRole } = pipelineNames(config);
  const machine = flowsMachine(config);
  const dnsSuffix = region.startsWith("cn-") ? "amazonaws.com.cn" : "amazonaws.com";
  return {
    ENVIRONMENT: name,
    PREVIOUS: previous ?? "",
    ACCOUNT: awsAccount,
    REGION: region,
    PLAN_ROLE: iamArn(config, `role/${planRole}`),
    APPLY_ROLE: iamArn(config, `role/${applyRole}`),
    SUFFIX: name.toUpperCase().replaceAll("-", "_"),
    API_URL: JSON.stringify(prefectApiUrl(config.prefect)).slice(1, -1),
    REGISTRY: `${awsAccount}.dkr.ecr.${region}.${dnsSuffix}`,
    FLOWS_REPOSITORY: pipeline?.flowsRepository ?? "",
    GITHUB_MACHINE: machine.github,
    CIRCLECI_MACHINE: machine.circleci,
  };
}
