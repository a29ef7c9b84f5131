import type { Config } from "#config/schema.ts";
import { fargateZones } from "../../fargate-zones.ts";
import { awsTrouble, withoutIdentity } from "../aws-trouble.ts";
import { type Check, type Finding, ok, problem } from "../check.ts";

/** Whether the region is enabled, and has the zones that a new VPC is to have. */
export const regionCheck: Check = {
  name: "region",
  async run({ identity, ec2, config, signal }) {
    if (!(await identity().catch(() => undefined))) return withoutIdentity;
    try {
      return judgeZones(await fargateZones(ec2, signal), config);
    } catch (error) {
      return awsTrouble(error, `asking for the zones of ${config.region}`);
    }
  },
};

export function judgeZones(
  zones: readonly string[],
  { region, network }: Pick<Config, "region" | "network">,
): Finding {
  const has = `${region} has ${zones.length} zones in which Fargate runs: ${zones.join(", ")}`;
  if (network.kind !== "new") return ok(`${has}.`);
  const { availabilityZones: wanted } = network;
  if (typeof wanted === "number")
    return wanted <= zones.length
      ? ok(`${has}; the new VPC takes ${wanted}.`)
      : problem(
          `${has}; the config asks for ${wanted}.`,
          `Set network.availabilityZones: ${zones.length}, or use another region`,
        );
  const missing = wanted.filter((zone) => !zones.includes(zone));
  return missing.length === 0
    ? ok(`${has}; the new VPC takes ${wanted.join(", ")}.`)
    : problem(
        `${has}; ${missing.join(" and ")} of the config ${missing.length === 1 ? "is" : "are"} none of them.`,
        "Correct network.availabilityZones",
      );
}
