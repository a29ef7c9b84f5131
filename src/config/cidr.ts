/** A block of IPv4 addresses. `address` is its first one as an unsigned number, host bits cleared. */
export interface Cidr {
  readonly address: number;
  readonly prefixLength: number;
}

/** Reads `10.0.0.0/16`; gives nothing when the text is no IPv4 block. Host bits are cleared: see `hasHostBits`. */
export function parseCidr(text: string): Cidr | undefined {
  const [, address, length] = /^([\d.]+)\/(0|[1-9]\d?)$/.exec(text) ?? [];
  const prefixLength = Number(length);
  const parsed = address === undefined ? undefined : parseAddress(address);
  if (parsed === undefined || prefixLength > 32) return undefined;
  return { address: firstAddress(parsed, prefixLength), prefixLength };
}

/** `10.0.0.7/16` names a host inside a block rather than the block. */
export const hasHostBits = (text: string): boolean => {
  const block = parseCidr(text);
  return block !== undefined && formatCidr(block) !== text;
};

export const formatCidr = ({ address, prefixLength }: Cidr): string =>
  `${[24, 16, 8, 0].map((shift) => (address >>> shift) & 255).join(".")}/${prefixLength}`;

/** How many addresses the block holds. */
export const sizeOf = ({ prefixLength }: Cidr): number => 2 ** (32 - prefixLength);

export const contains = (outer: Cidr, inner: Cidr): boolean =>
  outer.prefixLength <= inner.prefixLength &&
  firstAddress(inner.address, outer.prefixLength) === outer.address;

/** Two blocks share addresses exactly when one contains the other. */
export const overlaps = (one: Cidr, other: Cidr): boolean => contains(one, other) || contains(other, one);

/** The part at `index` when the block is cut into parts that are 2^newBits times smaller, as Terraform's cidrsubnet. */
export function subnetOf(block: Cidr, newBits: number, index: number): Cidr {
  const prefixLength = block.prefixLength + newBits;
  if (prefixLength > 32 || index < 0 || index >= 2 ** newBits)
    throw new RangeError(`${formatCidr(block)} has no part ${index} of ${2 ** newBits}.`);
  return { address: block.address + index * 2 ** (32 - prefixLength), prefixLength };
}

function parseAddress(text: string): number | undefined {
  const parts = text.split(".");
  // "010" is eight to some programs and ten to others.
  if (parts.length !== 4 || !parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255))
    return undefined;
  return parts.reduce((sum, part) => sum * 256 + Number(part), 0);
}

const firstAddress = (address: number, prefixLength: number): number =>
  address - (address % 2 ** (32 - prefixLength));
