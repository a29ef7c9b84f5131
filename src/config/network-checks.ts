import type { Complaint } from "./complaint.ts";
import { NEEDED_SERVICES } from "./endpoint-services.ts";
import { isOnDockerHub } from "./image-reference.ts";
import { isPrefectCloud } from "./prefect-address.ts";
import { zoneRule } from "./region.ts";
import { regionZonesRule } from "./region-zones.ts";
import type { ConfigFields } from "./schema.ts";

type Report = (complaint: Complaint | undefined, ...path: readonly PropertyKey[]) => void;

/** Whether the network agrees with region, Prefect and images. Of what is unsound some parts may be missing. */
export function checkNetwork(config: ConfigFields, report: Report): void {
  checkZones(config, report);
  checkEndpoints(config, report);
  if (leadsNowhere(config.network)) checkInside(config, report);
}

/** Whether tasks reach nothing but AWS and what is inside the VPC. */
export const leadsNowhere = (network: ConfigFields["network"] | undefined): boolean =>
  network?.kind === "new" ? network.egress === "endpoints" : network?.isolated === true;

function checkZones({ network, region }: ConfigFields, report: Report): void {
  if (network?.kind !== "new") return;
  const { availabilityZones: zones } = network;
  if (typeof zones !== "number" && !Array.isArray(zones)) return;
  report(regionZonesRule(zones, region), "network", "availabilityZones");
  if (!Array.isArray(zones)) return;
  for (const [index, zone] of zones.entries())
    if (typeof zone === "string") report(zoneRule(zone, region), "network", "availabilityZones", index);
}

/** Endpoints that are chosen must be enough where there is no other way. */
function checkEndpoints({ network, prefect }: ConfigFields, report: Report): void {
  if (network?.kind !== "new" || network.egress !== "endpoints" || !Array.isArray(network.endpoints)) return;
  const { endpoints } = network;
  const missing = NEEDED_SERVICES[prefect.version].filter((service) => !endpoints.includes(service));
  if (missing.length === 0) return;
  report(
    {
      verdict: `lacks ${missing.join(", ")}, which tasks call before any flow does`,
      works: 'With egress: "endpoints" they have no other way.',
      remedy: `Add ${missing.join(", ")}, or leave endpoints out to get those that are needed`,
    },
    "network",
    "endpoints",
  );
}

/** What a system needs from outside, where there is no way out. */
function checkInside({ prefect, workers }: ConfigFields, report: Report): void {
  const { apiUrl } = prefect;
  if (typeof apiUrl === "string" && isPrefectCloud(apiUrl))
    report(
      {
        verdict: "is Prefect Cloud, which tasks cannot reach: endpoints lead to AWS only",
        remedy: 'Set prefect.apiUrl to a server inside the VPC, or network.egress: "nat"',
      },
      "prefect",
      "apiUrl",
    );
  for (const [name, worker] of Object.entries(workers ?? {})) {
    if (typeof worker !== "object" || worker === null) continue;
    checkImage(worker.image, report, "workers", name, "image");
    if (worker.flows?.image !== undefined)
      checkImage(worker.flows.image, report, "workers", name, "flows", "image");
    const { extraPipPackages: packages, environment } = worker;
    const installs = packages === undefined || (Array.isArray(packages) && packages.length > 0);
    if (!installs || environment?.PIP_INDEX_URL !== undefined) continue;
    report(
      {
        verdict: "cannot be installed, as PyPI cannot be reached",
        works: "An image of your own can hold them; PIP_INDEX_URL can name an index inside.",
        remedy: "Write extraPipPackages: [], or set PIP_INDEX_URL in environment",
      },
      "workers",
      name,
      "extraPipPackages",
    );
  }
}

function checkImage(image: string | undefined, report: Report, ...path: readonly PropertyKey[]): void {
  if (image !== undefined && !isOnDockerHub(image)) return;
  report(
    {
      verdict: "is on Docker Hub, which tasks cannot reach",
      works: "ECR is reached by an endpoint; a pull-through cache there can fetch it.",
      remedy: "Name an image in ECR",
    },
    ...path,
  );
}
