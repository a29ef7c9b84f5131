import { DescribeAvailabilityZonesCommand } from "@aws-sdk/client-ec2";
import { awsClients } from "../aws-clients.ts";

/** A question waits for this. */
const TIMEOUT_MS = 5_000;
/** What a new VPC takes by default. */
const USUAL_ZONES = 3;
/** As in the network module, whose list has the reasons: zones by id in which Fargate runs no Linux tasks, or few. */
export const ZONES_TO_AVOID: ReadonlySet<string> = new Set([
  "use1-az3",
  "usw1-az2",
  "apne1-az3",
  "cnn1-az3",
  "cnn1-az4",
]);

/**
 * How many zones of the region a new VPC can use, up to three; undefined where AWS does not tell: no credentials, no
 * permission, no network.
 */
export async function usableZones(
  region: string,
  env: Readonly<Record<string, string>>,
  signal?: AbortSignal,
): Promise<number | undefined> {
  const aws = awsClients(region, env);
  try {
    const { AvailabilityZones: zones = [] } = await aws.ec2.send(
      new DescribeAvailabilityZonesCommand({
        Filters: [
          { Name: "zone-type", Values: ["availability-zone"] },
          { Name: "opt-in-status", Values: ["opt-in-not-required"] },
        ],
      }),
      { abortSignal: AbortSignal.any([AbortSignal.timeout(TIMEOUT_MS), ...(signal ? [signal] : [])]) },
    );
    const usable = zones.filter(({ ZoneId }) => ZoneId !== undefined && !ZONES_TO_AVOID.has(ZoneId));
    return usable.length === 0 ? undefined : Math.min(usable.length, USUAL_ZONES);
  } catch {
    signal?.throwIfAborted();
    return undefined;
  } finally {
    aws.close();
  }
}
