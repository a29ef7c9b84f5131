import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { contains, overlaps, parseCidr } from "./cidr.ts";
import { MOST_ZONES } from "./region-zones.ts";
import { cidrRule, isPublic, planSubnets, subnetSizeRule, vpcCidrRule, zoneRoomRule } from "./vpc-cidr.ts";

describe("vpcCidrRule", () => {
  it.each(["10.0.0.0/16", "172.31.0.0/20", "192.168.4.0/24", "100.64.0.0/16"])("accepts %s", (text) =>
    expect(vpcCidrRule(text)).toBeUndefined(),
  );

  it.each([
    ["ten", "is not a block of IPv4 addresses", undefined],
    ["10.0.0.0/15", "is too large for a VPC", "10.0.0.0/16"],
    ["10.0.0.0/29", "is too small for a VPC", "10.0.0.0/24"],
    ["10.0.1.7/16", "names a host inside a block, not the block", "10.0.0.0/16"],
    ["127.0.0.0/16", "lies in 127.0.0.0/8, which is reserved for loopback", undefined],
    ["169.254.0.0/20", "lies in 169.254.0.0/16, which is reserved for link-local addresses", undefined],
    ["239.0.0.0/16", "lies in 224.0.0.0/4, which is reserved for multicast", undefined],
    ["0.0.0.0/16", "lies in 0.0.0.0/8, which is reserved for this host", undefined],
  ])("complains about %s", (text, verdict, suggestion) =>
    expect(vpcCidrRule(text)).toMatchObject({ verdict, ...(suggestion && { suggestion }) }),
  );

  it("suggests only what it accepts", () => {
    fc.assert(
      fc.property(fc.ipV4(), fc.integer({ min: 0, max: 32 }), (address, length) => {
        const { suggestion } = vpcCidrRule(`${address}/${length}`) ?? {};
        if (suggestion) expect(vpcCidrRule(String(suggestion))?.verdict ?? "").not.toMatch(/host|too/);
      }),
    );
  });
});

describe("planSubnets", () => {
  it("gives every zone two subnets inside the VPC that share no address", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 16, max: 24 }),
        fc.integer({ min: 1, max: MOST_ZONES }),
        (prefixLength, zones) => {
          const vpc = parseCidr(`10.0.0.0/${prefixLength}`)!;
          const blocks = planSubnets(vpc, zones).flatMap(({ publicBlock, privateBlock }) => [
            publicBlock,
            privateBlock,
          ]);
          expect(blocks).toHaveLength(zones * 2);
          for (const [index, block] of blocks.entries()) {
            expect(contains(vpc, block)).toBe(true);
            expect(block.prefixLength).toBeLessThanOrEqual(28);
            expect(blocks.slice(index + 1).some((other) => overlaps(block, other))).toBe(false);
          }
        },
      ),
    );
  });

  it("does not move a zone's subnets when a zone is added", () => {
    const vpc = parseCidr("10.0.0.0/16")!;
    expect(planSubnets(vpc, 4).slice(0, 3)).toEqual(planSubnets(vpc, 3));
  });
});

describe("zoneRoomRule", () => {
  it("suggests a block whose subnets AWS accepts", () => {
    expect(zoneRoomRule("10.0.0.0/26", 3)).toEqual({
      verdict: "has no room for two subnets in 3 zones",
      works: "Subnets are a sixteenth of the VPC, here /30, and AWS has none smaller than /28.",
      suggestion: "10.0.0.0/24",
    });
    expect(zoneRoomRule("10.0.0.0/24", 6)).toBeUndefined();
  });
});

describe("subnetSizeRule", () => {
  it.each([
    [30, "10.0.0.0/16", 3, "is too small a subnet", 28],
    [18, "10.0.0.0/16", 3, "is too large a subnet for 10.0.0.0/16", 19],
    [16, "10.0.0.0/16", 1, "is too large a subnet for 10.0.0.0/16", 17],
    [24.5, "10.0.0.0/16", 3, "is not a whole number", undefined],
    [28, "10.0.0.0/27", 3, "is too large a subnet for 10.0.0.0/27", undefined],
  ])("/%d in %s with %d zones: %s", (length, block, zones, verdict, suggestion) => {
    expect(subnetSizeRule(length, block, zones)).toMatchObject({ verdict });
    expect(subnetSizeRule(length, block, zones)?.suggestion).toBe(suggestion);
  });

  it("accepts what leaves room for two subnets in each zone, and nothing else", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 16, max: 26 }),
        fc.integer({ min: 1, max: MOST_ZONES }),
        fc.integer({ min: 17, max: 30 }),
        (vpc, zones, length) => {
          const bits = length - vpc;
          const fits = length <= 28 && bits >= 1 && 2 ** (bits - 1) >= zones;
          expect(subnetSizeRule(length, `10.0.0.0/${vpc}`, zones) === undefined).toBe(fits);
          if (fits) expect(planSubnets(parseCidr(`10.0.0.0/${vpc}`)!, zones, bits)).toHaveLength(zones);
        },
      ),
    );
  });
});

describe("cidrRule", () => {
  it.each(["0.0.0.0/0", "10.2.3.4/32"])("accepts %s", (text) => expect(cidrRule(text)).toBeUndefined());

  it("takes a lone address for a block of one", () => {
    expect(cidrRule("10.2.3.4")).toMatchObject({ suggestion: "10.2.3.4/32" });
  });
});

describe("isPublic", () => {
  it.each([
    ["10.0.0.0/16", false],
    ["172.16.0.0/16", false],
    ["172.32.0.0/16", true],
    ["8.8.0.0/16", true],
  ])("%s: %s", (block, expected) => expect(isPublic(block)).toBe(expected));
});
