import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { clusterNameRule, namespaceRule, roleNameRule, secretNameRule, vpcNameRule } from "./aws-names.ts";

const RULES = { clusterNameRule, roleNameRule, secretNameRule, vpcNameRule, namespaceRule };

describe.each(Object.entries(RULES))("%s", (_, rule) => {
  it("suggests only what it accepts", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 80 }), (name) => {
        const { suggestion } = rule(name) ?? {};
        if (suggestion !== undefined) expect(rule(String(suggestion))).toBeUndefined();
      }),
    );
  });

  it("refuses nothing at all", () => expect(rule("")).toBeDefined());
});

describe("names by AWS's rules", () => {
  it("knows which character is wrong", () => {
    expect(clusterNameRule("my cluster")).toEqual({
      verdict: "has a space, which AWS refuses in the name of an ECS cluster",
      works: "The name of an ECS cluster has up to 255 characters: letters, digits, hyphens and underscores.",
      suggestion: "my-cluster",
    });
  });

  it("allows a role 64 characters", () => {
    expect(roleNameRule("r".repeat(64))).toBeUndefined();
    expect(roleNameRule("r".repeat(66))?.verdict).toBe("is 2 characters too long for an IAM role");
  });

  it("allows slashes in the name of a secret but not in that of a role", () => {
    expect(secretNameRule("team/prefect")).toBeUndefined();
    expect(roleNameRule("team/prefect")?.verdict).toMatch(/has "\/"/);
  });
});

describe("namespaceRule", () => {
  it.each(["default.prefect.local", "a.b", "x1.example.com"])("accepts %s", (name) =>
    expect(namespaceRule(name)).toBeUndefined(),
  );

  it.each([
    ["Prefect.Local", "prefect.local"],
    ["prefect_dev.local.", "prefect-dev.local"],
    ["prefect", "prefect.local"],
  ])("suggests for %s the name %s", (name, suggestion) =>
    expect(namespaceRule(name)).toMatchObject({ suggestion }),
  );

  it("allows labels of 63 characters and no more", () => {
    expect(namespaceRule(`${"a".repeat(63)}.local`)).toBeUndefined();
    expect(namespaceRule(`${"a".repeat(64)}.local`)).toBeDefined();
  });
});
