/**
 * How a VPC's range is divided: equal parts, the first half of them for public and the second half for private subnets,
 * one of each for a zone. A zone's place in the list gives its number, so adding a zone moves no subnet.
 */

/** Sixteen parts, where nobody says otherwise. */
export const DEFAULT_SUBNET_BITS = 4;
/** No region has more. https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-availability-zones.html */
export const ZONES_MAX = 6;

/** AWS's limits: a VPC is /16 at most, a subnet /28 at least.
 *  https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html */
export const SMALLEST_VPC_PREFIX = 16;
export const LARGEST_SUBNET_PREFIX = 28;
export const LARGEST_VPC_PREFIX = LARGEST_SUBNET_PREFIX - DEFAULT_SUBNET_BITS;

export interface ZoneSubnets {
  readonly public: string;
  readonly private: string;
}

/** The subnets of each of `zones` zones in a VPC. Mirrors what the network module computes with `cidrsubnet`. */
export function planSubnets(vpcCidr: string, zones: number, bits = DEFAULT_SUBNET_BITS): ZoneSubnets[] {
  return Array.from({ length: zones }, (_, index) => ({
    public: subnet(vpcCidr, bits, index),
    private: subnet(vpcCidr, bits, index + firstPrivate(bits)),
  }));
}

/** The number of the first private subnet: half of all. */
export const firstPrivate = (bits: number): number => 2 ** (bits - 1);

/** The `number`th of the equal parts of a range. */
function subnet(vpcCidr: string, bits: number, number: number): string {
  const { address, prefix } = parseCidr(vpcCidr);
  const subnetPrefix = prefix + bits;
  return `${formatAddress(address + number * 2 ** (32 - subnetPrefix))}/${subnetPrefix}`;
}

/** First address and prefix length of an IPv4 range. */
export function parseCidr(cidr: string): { address: number; prefix: number } {
  const [ip, length] = cidr.split("/");
  const prefix = Number(length);
  const address = ip!.split(".").reduce((sum, octet) => sum * 256 + Number(octet), 0);
  const size = 2 ** (32 - prefix);
  return { address: Math.floor(address / size) * size, prefix };
}

const formatAddress = (address: number): string =>
  [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join(".");
