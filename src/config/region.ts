import type { Complaint } from "./complaint.ts";
import { nearest } from "./nearest.ts";

/** Regions in use when this was written; AWS opens more, so others of the same form are believed.
 *  https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-regions.html */
export const KNOWN_REGIONS: readonly string[] = (
  "us-east-1 us-east-2 us-west-1 us-west-2 af-south-1 ap-east-1 ap-east-2 ap-south-1 ap-south-2 ap-southeast-1 " +
  "ap-southeast-2 ap-southeast-3 ap-southeast-4 ap-southeast-5 ap-southeast-6 ap-southeast-7 ap-northeast-1 " +
  "ap-northeast-2 ap-northeast-3 ca-central-1 ca-west-1 cn-north-1 cn-northwest-1 eu-central-1 eu-central-2 " +
  "eu-north-1 eu-south-1 eu-south-2 eu-west-1 eu-west-2 eu-west-3 eusc-de-east-1 il-central-1 me-central-1 " +
  "me-south-1 mx-central-1 sa-east-1 us-gov-east-1 us-gov-west-1"
).split(" ");

const REGION =
  /^[a-z]{2,4}(-[a-z]{2,4})?-(north|south|east|west|central|northeast|northwest|southeast|southwest)-[1-9]$/;

export function regionRule(region: string): Complaint | undefined {
  if (REGION.test(region)) return undefined;
  const zone = /^(.*-\d)[a-z]$/.exec(region)?.[1];
  if (zone !== undefined && REGION.test(zone))
    return { verdict: "is a zone, not a region", suggestion: zone };
  return {
    verdict: "is not an AWS region",
    works: "A region looks like us-east-1 or eu-central-1.",
    suggestion: nearest(region.trim().toLowerCase(), KNOWN_REGIONS),
  };
}

/** The part of AWS that the region belongs to: the second word of every ARN in it. */
export function partitionOf(region: string): string {
  if (region.startsWith("cn-")) return "aws-cn";
  if (region.startsWith("us-gov-")) return "aws-us-gov";
  if (region.startsWith("eusc-")) return "aws-eusc";
  const isolated = /^(?:us|eu)-iso([bef]?)-/.exec(region);
  return isolated ? `aws-iso${isolated[1] ? `-${isolated[1]}` : ""}` : "aws";
}

/** A standard zone of the region. Local and Wavelength zones have longer names and offer no Fargate. */
export function zoneRule(zone: string, region: string): Complaint | undefined {
  if (new RegExp(`^${region}[a-z]$`).test(zone)) return undefined;
  const works = `The zones of ${region} are called ${region}a, ${region}b and so on.`;
  if (zone.startsWith(`${region}-`)) return { verdict: "is a local zone, which offers no Fargate", works };
  if (/^[a-z]+\d-az\d$/.test(zone)) return { verdict: "is the id of a zone, not its name", works };
  return { verdict: `is not a zone of ${region}`, works };
}
