import { architectureRule } from "./architecture-rule.ts";
import { policyPartitionRule, sameRegionRule, secretRegionRule } from "./arn.ts";
import { type Complaint, complain, whenSound } from "./complaint.ts";
import { imageVersionRule, isStockImage } from "./image-reference.ts";
import { checkNetwork } from "./network-checks.ts";
import { checkPools } from "./pool-checks.ts";
import type { PrefectVersion } from "./prefect-defaults.ts";
import { parsePinned, requirementVersionRule } from "./python-requirement.ts";
import { checkScaler } from "./scaler-checks.ts";
import type { ConfigFields } from "./schema.ts";
import { checkServices } from "./service-checks.ts";

type Path = readonly PropertyKey[];
type Report = (complaint: Complaint | undefined, ...path: Path) => void;
type Worker = ConfigFields["workers"][string];

/**
 * What single fields cannot know: whether they agree with each other. Only what is sound is compared, so a field's
 * own problem is reported once; `region` and `prefect.version` must be sound, as everything is compared to them.
 */
export const checkAcrossFields = [
  (config: ConfigFields, context: Parameters<typeof complain>[0]): void => {
    const report: Report = (complaint, ...path) => complaint && complain(context, complaint, path);
    checkNetwork(config, report);
    checkSecret(config, report);
    if (typeof config.cluster?.arn === "string")
      report(sameRegionRule(config.cluster.arn, config.region), "cluster", "arn");
    checkNames(config, report);
    checkServices(config, report);
    checkPools(config, report);
    checkScaler(config, report);
    for (const [name, worker] of Object.entries(config.workers ?? {})) {
      if (typeof worker !== "object" || worker === null) continue;
      checkImages(worker, config.prefect.version, (complaint, ...path) =>
        report(complaint, "workers", name, ...path),
      );
      checkPolicies(worker, config.region, (complaint, ...path) =>
        report(complaint, "workers", name, ...path),
      );
    }
  },
  whenSound(["region"], ["prefect", "version"]),
] as const;

function checkSecret({ prefect, region }: ConfigFields, report: Report): void {
  const { apiKey } = prefect;
  if (typeof apiKey === "object" && "secretArn" in apiKey && typeof apiKey.secretArn === "string")
    report(secretRegionRule(apiKey.secretArn, region), "prefect", "apiKey", "secretArn");
}

/** What the worker module appends to a worker's name for things of the flow runs, beside the same names without it. */
const SUFFIXES_OF_FLOWS = ["-flow", "-flows"];

/** Roles and security groups of two workers must not get the same name. */
function checkNames({ workers, executionRole }: ConfigFields, report: Report): void {
  const names = Object.keys(workers ?? {});
  for (const name of names) {
    const twin = SUFFIXES_OF_FLOWS.map((suffix) => name + suffix).find((other) => names.includes(other));
    if (twin !== undefined)
      report(
        {
          aboutKey: true,
          verdict: `collides with the worker ${JSON.stringify(name)}, whose flow runs have a role and a security group of that name`,
          remedy: "Give one of the two another name",
        },
        "workers",
        twin,
      );
    const roles = [`prefect-${name}-task-role`, `prefect-${name}-flow-task-role`];
    if (roles.includes(executionRole?.name))
      report(
        {
          verdict: `is the name of a role of the worker ${JSON.stringify(name)}`,
          remedy: "Choose another name",
        },
        "executionRole",
        "name",
      );
  }
}

function checkImages(worker: Worker, version: PrefectVersion, report: Report): void {
  const { image, extraPipPackages, flows } = worker;
  if (typeof image === "string") report(imageVersionRule(image, version), "image");
  if (typeof flows?.image === "string") report(imageVersionRule(flows.image, version), "flows", "image");
  checkArchitectures(worker, report);
  if (!Array.isArray(extraPipPackages)) return;
  const requirements = extraPipPackages.filter((item) => typeof item === "string");
  for (const [index, item] of requirements.entries())
    report(requirementVersionRule(item, version), "extraPipPackages", index);
  if (worker.type === "process") return;
  const integrated = requirements.some((item) => parsePinned(item)?.name === "prefect-aws");
  if (!integrated && (image === undefined || isStockImage(image)))
    report(
      {
        verdict: "lacks prefect-aws, which the stock image does not have: the worker could not start",
        works: "Without this field the right version is installed.",
        remedy: "Leave extraPipPackages out, or add prefect-aws with an exact version",
      },
      "extraPipPackages",
    );
}

/** Flow runs take the worker's image and processor, where they have none of their own. */
function checkArchitectures({ image, architecture, flows }: Worker, report: Report): void {
  if (typeof image === "string" && architecture) report(architectureRule(image, architecture), "image");
  const flowArchitecture = flows?.architecture ?? architecture;
  if (typeof flows?.image === "string" && flowArchitecture)
    report(architectureRule(flows.image, flowArchitecture), "flows", "image");
  else if (typeof image === "string" && flows?.architecture && flows.architecture !== architecture)
    report(architectureRule(image, flows.architecture), "flows", "architecture");
}

function checkPolicies(worker: Worker, region: string, report: Report): void {
  for (const [path, arns] of [
    [["policyArns"], worker.policyArns],
    [["flows", "policyArns"], worker.flows?.policyArns],
  ] as const) {
    if (!Array.isArray(arns)) continue;
    for (const [index, arn] of arns.entries())
      if (typeof arn === "string") report(policyPartitionRule(arn, region), ...path, index);
  }
}
