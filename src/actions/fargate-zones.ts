import { DescribeAvailabilityZonesCommand, type EC2Client } from "@aws-sdk/client-ec2";

/** As in the network module, whose list has the reasons: zones by id in which Fargate runs no Linux tasks, or few. */
export const ZONES_TO_AVOID: ReadonlySet<string> = new Set([
  "use1-az3",
  "usw1-az2",
  "apne1-az3",
  "cnn1-az3",
  "cnn1-az4",
]);

/** Names of the zones of the client's region that a new VPC may use: standard ones in which Fargate runs. */
export async function fargateZones(ec2: EC2Client, abortSignal?: AbortSignal): Promise<string[]> {
  const { AvailabilityZones: zones = [] } = await ec2.send(
    new DescribeAvailabilityZonesCommand({
      Filters: [
        { Name: "zone-type", Values: ["availability-zone"] },
        { Name: "opt-in-status", Values: ["opt-in-not-required"] },
      ],
    }),
    { abortSignal },
  );
  return zones
    .flatMap(({ ZoneId, ZoneName }) => (ZoneName && !ZONES_TO_AVOID.has(ZoneId ?? "") ? [ZoneName] : []))
    .sort();
}
