import { describe, expect, it } from "vitest";
import { tagCountRule, tagKeyRule, tagValueRule } from "./resource-tags.ts";

describe("tags by AWS's rules", () => {
  it.each(["Team", "cost:center", "équipe données", "a/b+c=d@e-f_g.h"])("accepts the key %s", (key) =>
    expect(tagKeyRule(key)).toBeUndefined(),
  );

  it.each([
    ["aws:team", "begins with aws:, which AWS keeps for itself"],
    ["AWS:team", "begins with aws:, which AWS keeps for itself"],
    ["managedby", "is set by prefect-fargate, which finds its own resources by it"],
    ["", "is an empty key"],
    ["what?", 'has "?" in it'],
    ["k".repeat(129), "has 129 characters"],
  ])("refuses the key %j", (key, verdict) => expect(tagKeyRule(key)).toMatchObject({ verdict }));

  it("allows empty values and 256 characters", () => {
    expect(tagValueRule("")).toBeUndefined();
    expect(tagValueRule("v".repeat(256))).toBeUndefined();
    expect(tagValueRule("v".repeat(257))?.works).toBe("The value of a tag has up to 256.");
  });

  it("keeps room for the tags of its own", () => {
    const tags = (amount: number) =>
      Object.fromEntries(Array.from({ length: amount }, (_, n) => [`t${n}`, ""]));
    expect(tagCountRule(tags(45))).toBeUndefined();
    expect(tagCountRule(tags(46))?.verdict).toBe("has 46 tags");
  });

  it("finds keys that IAM takes for the same", () => {
    expect(tagCountRule({ Team: "a", team: "b" })?.verdict).toMatch(/^has "team" twice/);
  });
});
