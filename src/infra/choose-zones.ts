import { DataResource, TerraformLocal, Token } from "cdktn";
import type { Construct } from "constructs";
import { DataAwsAvailabilityZones } from "#aws/data-aws-availability-zones.ts";
import { tf } from "#terraform/expressions.ts";
import { note } from "#terraform/notes.ts";
import { regionOf } from "./account.ts";
import { ZONES_NOT_CHOSEN, ZONES_WITHOUT_FARGATE } from "./fargate-zones.ts";

export interface ZoneChoice {
  /** Zones by name; empty to have them chosen. Append only: a zone's place numbers its subnets. */
  readonly availabilityZones: string[];
  /** How many to choose. */
  readonly availabilityZoneCount: number;
}

/**
 * The zones to use: those that are named, else the first standard ones that offer Fargate. A choice is made once and
 * kept in the state: a zone that AWS opens or closes later must not move the subnets of a deployed system.
 */
export function chooseZones(
  scope: Construct,
  { availabilityZones, availabilityZoneCount }: ZoneChoice,
): string[] {
  if (!Token.isUnresolved(availabilityZones) && availabilityZones.length > 0) return availabilityZones;
  const region = regionOf(scope);

  const usable = tf`[for id in self.zone_ids : id if !contains(${[...ZONES_NOT_CHOSEN]}, id)]`;
  const offered = new DataAwsAvailabilityZones(scope, "fargate_availability_zones", {
    excludeZoneIds: [...ZONES_WITHOUT_FARGATE],
    filter: [{ name: "opt-in-status", values: ["opt-in-not-required"] }],
    lifecycle: {
      postcondition: [
        {
          condition: tf`length(${availabilityZones}) > 0 || length(${usable}) >= ${availabilityZoneCount}`,
          errorMessage:
            tf`"\${${region}} has \${length(${usable})} standard zones that offer Fargate, and \${${availabilityZoneCount}} are asked for. Set availability_zone_count to that, or use another region."`
              .string,
        },
        {
          condition: tf`alltrue([for zone in ${availabilityZones} : contains(self.names, zone)])`,
          errorMessage:
            tf`"These are no standard zones of \${${region}} that offer Fargate: \${join(", ", setsubtract(${availabilityZones}, self.names))}. It has \${join(", ", self.names)}."`
              .string,
        },
      ],
    },
  });
  note(
    offered,
    "Standard zones (no local, no wavelength zones), without those in which Fargate does not run.",
  );

  const candidates = new TerraformLocal(
    scope,
    "candidates",
    tf`sort([for index, zone in ${offered.names} : zone if !contains(${[...ZONES_NOT_CHOSEN]}, ${offered.zoneIds}[index])])`,
  );
  note(candidates, "Newer services are missing in use1-az3: who names a zone there gets it, nobody else.");
  const kept = new DataResource(scope, "availability_zones_terraform_data", {
    triggersReplace: tf`[${availabilityZoneCount}]` as never,
    input: tf`slice(${candidates.fqn}, 0, min(${availabilityZoneCount}, length(${candidates.fqn})))` as never,
    lifecycle: { ignoreChanges: ["input"] },
  });
  note(kept, "Remembers the choice: a zone that AWS opens or closes later must not move deployed subnets.");

  const zones = new TerraformLocal(
    scope,
    "availability_zones",
    tf`coalescelist(${availabilityZones}, tolist(${kept.fqn}.input))`,
  );
  return zones.asList;
}
