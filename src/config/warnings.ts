import { prefectApiUrl } from "./api-url.ts";
import { capacityWarnings } from "./capacity-warnings.ts";
import { certificateWarnings } from "./certificates.ts";
import { contains, parseCidr } from "./cidr.ts";
import { parseImageReference } from "./image-reference.ts";
import { networkWarnings } from "./network-warnings.ts";
import { queueWarnings } from "./pool-checks.ts";
import { isUnencrypted, PREFECT_CLOUD_API_URL } from "./prefect-address.ts";
import { KNOWN_REGIONS } from "./region.ts";
import { scalingWarnings } from "./scaling-warnings.ts";
import type { Config } from "./schema.ts";
import { serviceWarnings } from "./service-warnings.ts";

/** What can be used but may not be meant: whole sentences. */
export function configWarnings(config: Config): string[] {
  return [
    ...regionWarnings(config),
    ...prefectWarnings(config),
    ...networkWarnings(config),
    ...Object.entries(config.workers).flatMap(([name, worker]) => workerWarnings(name, worker)),
    ...capacityWarnings(config),
    ...scalingWarnings(config),
    ...serviceWarnings(config),
    ...queueWarnings(config),
  ];
}

function regionWarnings({ region }: Config): string[] {
  return KNOWN_REGIONS.includes(region)
    ? []
    : [
        `region ${region} is new to this version of prefect-fargate; check that it is spelled as AWS spells it.`,
      ];
}

function prefectWarnings({ prefect }: Config): string[] {
  const warnings: string[] = [];
  if (prefect.apiUrl === PREFECT_CLOUD_API_URL && prefect.accountId === undefined)
    warnings.push(
      "prefect.accountId and prefect.workspaceId are missing: Prefect Cloud refuses workers without them. A rehearsal does without.",
    );
  if (isUnencrypted(prefect.apiUrl) && prefect.auth !== "none")
    warnings.push(
      `${prefectApiUrl(prefect)} is not encrypted: ${prefect.auth === "basic" ? "user name and password cross" : "the API key crosses"} the network in the clear.`,
    );
  if (prefect.caCertificates) warnings.push(...certificateWarnings(prefect.caCertificates));
  if (prefect.apiKey && "secretName" in prefect.apiKey && /-[A-Za-z0-9]{6}$/.test(prefect.apiKey.secretName))
    warnings.push(
      `The secret's name ${prefect.apiKey.secretName} ends with a hyphen and six characters, as the suffix that Secrets Manager adds; AWS may take one for the other.`,
    );
  return warnings;
}

function workerWarnings(name: string, worker: Config["workers"][string]): string[] {
  const images = [...new Set([worker.image, worker.flows.image])];
  return [
    ...images
      .filter(floats)
      .map((image) => `workers["${name}"]: ${image} has no tag, so every start may run another image.`),
    ...redundant(worker.flows.egressCidrs).map(
      ([inner, outer]) => `workers["${name}"].flows.egressCidrs: ${inner} already lies within ${outer}.`,
    ),
  ];
}

function floats(image: string): boolean {
  const { tag, digest } = parseImageReference(image) ?? {};
  return tag === undefined && digest === undefined;
}

function redundant(blocks: readonly string[]): [inner: string, outer: string][] {
  return blocks.flatMap((inner) =>
    blocks
      .filter((outer) => outer !== inner && contains(parseCidr(outer)!, parseCidr(inner)!))
      .slice(0, 1)
      .map((outer): [string, string] => [inner, outer]),
  );
}
