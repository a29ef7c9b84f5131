import { type Cidr, contains, formatCidr, hasHostBits, overlaps, parseCidr, subnetOf } from "./cidr.ts";
import type { Complaint } from "./complaint.ts";
import { count } from "./words.ts";

/** https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html */
const LARGEST_PREFIX_LENGTH = 16;
const SMALLEST_PREFIX_LENGTH = 28;

/** The network modules cut the VPC in equal parts, sixteen by default: public subnets are of the first half. */
const DEFAULT_SUBNET_BITS = 4;

/** Addresses that never reach a host in a VPC. https://www.iana.org/assignments/iana-ipv4-special-registry */
const RESERVED: readonly (readonly [block: Cidr, use: string])[] = [
  [parseCidr("0.0.0.0/8")!, "this host"],
  [parseCidr("127.0.0.0/8")!, "loopback"],
  [parseCidr("169.254.0.0/16")!, "link-local addresses"],
  [parseCidr("224.0.0.0/4")!, "multicast"],
  [parseCidr("240.0.0.0/4")!, "future use"],
];

const PRIVATE: readonly Cidr[] = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"].map(
  (text) => parseCidr(text)!,
);

const WORKS = "AWS wants a block from /16 to /28 such as 10.0.0.0/16.";

export interface ZoneSubnets {
  readonly publicBlock: Cidr;
  readonly privateBlock: Cidr;
}

/** The subnets of a VPC's zones, in the order of the zones. */
export const planSubnets = (vpc: Cidr, zones: number, bits = DEFAULT_SUBNET_BITS): ZoneSubnets[] =>
  Array.from({ length: zones }, (_, zone) => ({
    publicBlock: subnetOf(vpc, bits, zone),
    privateBlock: subnetOf(vpc, bits, 2 ** (bits - 1) + zone),
  }));

/** A block of any size, as in a security group's rule. */
export function cidrRule(text: string): Complaint | undefined {
  const block = parseCidr(text);
  if (block === undefined)
    return {
      verdict: "is not a block of IPv4 addresses",
      works: "Write four numbers up to 255 and the length of the prefix, as in 10.0.0.0/16.",
      suggestion: parseCidr(`${text}/32`) && `${text}/32`,
    };
  if (hasHostBits(text))
    return { verdict: "names a host inside a block, not the block", suggestion: formatCidr(block) };
  return undefined;
}

/** A block that AWS takes for a VPC. */
export function vpcCidrRule(text: string): Complaint | undefined {
  const block = parseCidr(text);
  if (block === undefined) return { verdict: "is not a block of IPv4 addresses", works: WORKS };
  const reserved = RESERVED.find(([range]) => overlaps(range, block));
  if (reserved)
    return {
      verdict: `lies in ${formatCidr(reserved[0])}, which is reserved for ${reserved[1]}`,
      works: WORKS,
    };
  const { prefixLength } = block;
  if (prefixLength < LARGEST_PREFIX_LENGTH || prefixLength > SMALLEST_PREFIX_LENGTH) {
    const size = prefixLength < LARGEST_PREFIX_LENGTH ? "large" : "small";
    const nearest = size === "large" ? LARGEST_PREFIX_LENGTH : SMALLEST_PREFIX_LENGTH - DEFAULT_SUBNET_BITS;
    const suggestion = text.replace(/\/\d+$/, `/${nearest}`);
    return {
      verdict: `is too ${size} for a VPC`,
      works: WORKS,
      suggestion: formatCidr(parseCidr(suggestion)!),
    };
  }
  if (hasHostBits(text))
    return { verdict: "names a host inside a block, not the block", suggestion: formatCidr(block) };
  return undefined;
}

/** Each zone needs a public and a private subnet, and AWS has no subnet smaller than /28. */
export function zoneRoomRule(cidrBlock: string, zones: number): Complaint | undefined {
  const block = parseCidr(cidrBlock);
  const prefixLength = (block?.prefixLength ?? 0) + DEFAULT_SUBNET_BITS;
  if (block === undefined || prefixLength <= SMALLEST_PREFIX_LENGTH) return undefined;
  return {
    verdict: `has no room for two subnets in ${count(zones, "zone")}`,
    works: `Subnets are a sixteenth of the VPC, here /${prefixLength}, and AWS has none smaller than /${SMALLEST_PREFIX_LENGTH}.`,
    suggestion: cidrOf(block, SMALLEST_PREFIX_LENGTH - DEFAULT_SUBNET_BITS),
  };
}

/** Subnets of a size of one's own: two for each zone must fit into the VPC. */
export function subnetSizeRule(
  prefixLength: number,
  cidrBlock: string,
  zones: number,
): Complaint | undefined {
  const block = parseCidr(cidrBlock);
  if (block === undefined) return undefined;
  const most = SMALLEST_PREFIX_LENGTH;
  const least = block.prefixLength + 1 + Math.ceil(Math.log2(Math.max(1, zones)));
  const works =
    least <= most
      ? `Two subnets in each of ${count(zones, "zone")} of ${cidrBlock} can be /${least} to /${most}.`
      : `Two subnets in each of ${count(zones, "zone")} do not fit into ${cidrBlock}, as AWS has none smaller than /${most}.`;
  if (!Number.isInteger(prefixLength)) return { verdict: "is not a whole number", works };
  if (prefixLength > most)
    return { verdict: "is too small a subnet", works, suggestion: least <= most ? most : undefined };
  if (prefixLength < least)
    return {
      verdict: `is too large a subnet for ${cidrBlock}`,
      works,
      suggestion: least <= most ? least : undefined,
    };
  return undefined;
}

/** Whether addresses of the block also belong to hosts on the internet, which tasks could then not reach. */
export const isPublic = (cidrBlock: string): boolean => {
  const block = parseCidr(cidrBlock);
  return block !== undefined && !PRIVATE.some((range) => contains(range, block));
};

const cidrOf = ({ address }: Cidr, prefixLength: number): string =>
  formatCidr({ address: address - (address % 2 ** (32 - prefixLength)), prefixLength });
