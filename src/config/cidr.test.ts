import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type Cidr,
  contains,
  formatCidr,
  hasHostBits,
  overlaps,
  parseCidr,
  sizeOf,
  subnetOf,
} from "./cidr.ts";

const anyBlock = fc
  .record({ bits: fc.integer({ min: 0, max: 2 ** 32 - 1 }), prefixLength: fc.integer({ min: 0, max: 32 }) })
  .map(
    ({ bits, prefixLength }): Cidr => ({ address: bits - (bits % 2 ** (32 - prefixLength)), prefixLength }),
  );

describe("parseCidr", () => {
  it("reads back every block that formatCidr writes", () => {
    fc.assert(
      fc.property(anyBlock, (block) => {
        expect(parseCidr(formatCidr(block))).toEqual(block);
      }),
    );
  });

  it.each([
    "10.0.0.0",
    "10.0.0/16",
    "10.0.0.0/33",
    "10.0.0.256/16",
    "10.0.0.0/016",
    "010.0.0.0/16",
    "10.0.0.0/ 16",
    "::/0",
    "",
  ])("does not read %j", (text) => expect(parseCidr(text)).toBeUndefined());

  it("clears host bits", () => {
    expect(formatCidr(parseCidr("10.1.2.3/16")!)).toBe("10.1.0.0/16");
    expect(hasHostBits("10.1.2.3/16")).toBe(true);
    expect(hasHostBits("10.1.0.0/16")).toBe(false);
  });
});

describe("overlaps", () => {
  const share = (one: Cidr, other: Cidr) =>
    one.address < other.address + sizeOf(other) && other.address < one.address + sizeOf(one);

  it("agrees with comparing the ends of the ranges", () => {
    fc.assert(
      fc.property(anyBlock, anyBlock, (one, other) => {
        expect(overlaps(one, other)).toBe(share(one, other));
      }),
    );
  });

  it("finds a block inside a larger one", () => {
    expect(overlaps(parseCidr("10.0.0.0/8")!, parseCidr("10.20.0.0/16")!)).toBe(true);
    expect(overlaps(parseCidr("10.0.0.0/16")!, parseCidr("10.1.0.0/16")!)).toBe(false);
  });
});

describe("subnetOf", () => {
  it("cuts a block into parts that lie in it side by side", () => {
    fc.assert(
      fc.property(
        anyBlock.filter(({ prefixLength }) => prefixLength <= 28),
        fc.integer({ min: 1, max: 4 }),
        (block, newBits) => {
          const parts = Array.from({ length: 2 ** newBits }, (_, index) => subnetOf(block, newBits, index));
          for (const [index, part] of parts.entries()) {
            expect(contains(block, part)).toBe(true);
            if (index > 0) expect(part.address).toBe(parts[index - 1]!.address + sizeOf(part));
          }
          expect(parts.reduce((sum, part) => sum + sizeOf(part), 0)).toBe(sizeOf(block));
        },
      ),
    );
  });

  it("refuses a part that is not there", () => {
    expect(() => subnetOf(parseCidr("10.0.0.0/16")!, 4, 16)).toThrow("10.0.0.0/16 has no part 16 of 16.");
  });
});
