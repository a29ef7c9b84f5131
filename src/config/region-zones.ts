import type { Complaint } from "./complaint.ts";
import { KNOWN_REGIONS } from "./region.ts";
import { count } from "./words.ts";

/**
 * Standard zones that an account sees and in which Fargate runs, where they are not three.
 * https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-availability-zones.html
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/AWS_Fargate-Regions.html
 */
const ZONES_IN: Readonly<Record<string, number>> = {
  "us-east-1": 6,
  "us-west-1": 2,
  "us-west-2": 4,
  "ap-northeast-2": 4,
};
const USUAL = 3;
/** Regions of which it is not known, and Terraform finds out. */
const UNSURE: readonly string[] = ["cn-north-1", "eusc-de-east-1"];
/** Of these one is not chosen unless it is named: newer services are missing there. */
const ONE_NOT_CHOSEN: readonly string[] = ["us-east-1"];

/** No region has more. */
export const MOST_ZONES = 6;

/** How many zones a region offers to be named, and to be chosen from; nothing for a region that is not known. */
function zonesOf(region: string): { named: number; chosen: number } | undefined {
  if (!KNOWN_REGIONS.includes(region) || UNSURE.includes(region)) return undefined;
  const named = ZONES_IN[region] ?? USUAL;
  return { named, chosen: ONE_NOT_CHOSEN.includes(region) ? named - 1 : named };
}

/** More zones than the region has. Terraform would say so too, a minute later. */
export function regionZonesRule(zones: number | readonly string[], region: string): Complaint | undefined {
  const known = zonesOf(region);
  const amount = typeof zones === "number" ? zones : zones.length;
  // What no region has is the field's own problem.
  if (known === undefined || amount > MOST_ZONES) return undefined;
  if (typeof zones !== "number")
    return zones.length <= known.named
      ? undefined
      : {
          verdict: `names ${count(zones.length, "zone")}, more than ${region} has`,
          works: `It has ${known.named} standard zones.`,
          remedy: "Name fewer, or use another region",
        };
  if (zones <= known.chosen) return undefined;
  const more =
    known.chosen < known.named ? " One more can be named, in which newer services of AWS are missing." : "";
  return {
    verdict: `is more zones than ${region} has`,
    works: `It has ${known.chosen} standard zones that offer all that is needed.${more}`,
    suggestion: known.chosen,
  };
}
