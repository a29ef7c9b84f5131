import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { LARGEST_VPC_PREFIX, parseCidr, planSubnets, SMALLEST_VPC_PREFIX, ZONES_MAX } from "./subnet-plan.ts";

const octet = fc.nat(255);
const vpcCidr = fc
  .tuple(octet, octet, octet, octet, fc.integer({ min: SMALLEST_VPC_PREFIX, max: LARGEST_VPC_PREFIX }))
  .map(([a, b, c, d, prefix]) => `${a}.${b}.${c}.${d}/${prefix}`);
const range = (cidr: string) => {
  const { address, prefix } = parseCidr(cidr);
  return { first: address, last: address + 2 ** (32 - prefix) - 1 };
};

describe("subnets", () => {
  test("the default VPC is divided as its README says", () => {
    expect(planSubnets("10.0.0.0/16", 3)).toEqual([
      { public: "10.0.0.0/20", private: "10.0.128.0/20" },
      { public: "10.0.16.0/20", private: "10.0.144.0/20" },
      { public: "10.0.32.0/20", private: "10.0.160.0/20" },
    ]);
  });

  test("no two overlap, and all lie in the VPC", () => {
    fc.assert(
      fc.property(vpcCidr, fc.integer({ min: 1, max: ZONES_MAX }), (cidr, zones) => {
        const vpc = range(cidr);
        const subnets = planSubnets(cidr, zones)
          .flatMap((zone) => [zone.public, zone.private])
          .map(range)
          .sort((a, b) => a.first - b.first);
        expect(subnets).toHaveLength(2 * zones);
        for (const [index, { first, last }] of subnets.entries()) {
          expect(first).toBeGreaterThanOrEqual(index === 0 ? vpc.first : subnets[index - 1]!.last + 1);
          expect(last).toBeLessThanOrEqual(vpc.last);
        }
      }),
    );
  });

  test("another zone moves no subnet of the others", () => {
    fc.assert(
      fc.property(vpcCidr, fc.integer({ min: 1, max: ZONES_MAX - 1 }), (cidr, zones) => {
        expect(planSubnets(cidr, zones + 1).slice(0, zones)).toEqual(planSubnets(cidr, zones));
      }),
    );
  });
});
