import { awsClients } from "../aws-clients.ts";
import { fargateZones } from "../fargate-zones.ts";

/** A question waits for this. */
const TIMEOUT_MS = 5_000;
/** What a new VPC takes by default. */
const USUAL_ZONES = 3;

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
  const limit = AbortSignal.any([AbortSignal.timeout(TIMEOUT_MS), ...(signal ? [signal] : [])]);
  try {
    const { length } = await fargateZones(aws.ec2, limit);
    return length === 0 ? undefined : Math.min(length, USUAL_ZONES);
  } catch {
    signal?.throwIfAborted();
    return undefined;
  } finally {
    aws.close();
  }
}
