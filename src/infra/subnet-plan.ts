/**
 * How a VPC's range is divided: sixteen equal parts, the first eight for public and the last eight for private
 * subnets, one of each for a zone. A zone's place in the list gives its number, so adding a zone moves no subnet.
 */
export const SUBNET_BITS = 4;
/** Also the number of the first private subnet. */
export const ZONES_MAX = 2 ** (SUBNET_BITS - 1);

/** AWS's limits: a VPC is /16 at most, a subnet /28 at least.
 *  https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html */
export const SMALLEST_VPC_PREFIX = 16;
export const LARGEST_VPC_PREFIX = 28 - SUBNET_BITS;

export interface ZoneSubnets {
  readonly public: string;
  readonly private: string;
}

/** The subnets of each of `zones` zones in a VPC. Mirrors what the network module computes with `cidrsubnet`. */
export function planSubnets(vpcCidr: string, zones: number): ZoneSubnets[] {
  return Array.from({ length: zones }, (_, index) => ({
    public: subnet(vpcCidr, index),
    private: subnet(vpcCidr, index + ZONES_MAX),
  }));
}

/** The `number`th of the equal parts of a range. */
function subnet(vpcCidr: string, number: number): string {
  const { address, prefix } = parseCidr(vpcCidr);
  const subnetPrefix = prefix + SUBNET_BITS;
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
