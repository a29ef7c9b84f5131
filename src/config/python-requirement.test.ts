import { describe, expect, it } from "vitest";
import { parsePinned, pinnedRule, requirementVersionRule } from "./python-requirement.ts";

describe("pinnedRule", () => {
  it.each([
    "prefect-aws==0.4.20",
    "pandas[excel,aws]==2.2.3",
    "x==1!2.0.post1.dev3+local.1",
    "torch==2.0rc1",
  ])("accepts %s", (text) => expect(pinnedRule(text)).toBeUndefined());

  it.each([
    ["pandas", "names no version, so every start could install another"],
    ["pandas>=2", "is a range, so every start could install another version"],
    ["pandas~=2.1", "is a range, so every start could install another version"],
    ["pandas==2.*", "is a range, so every start could install another version"],
    ["pandas @ https://example.com/p.whl", "is an address rather than a pinned package"],
    ["git+https://github.com/team/flows", "is an address rather than a pinned package"],
    ["--index-url=x", "is not a pinned Python package"],
    ["", "is not a pinned Python package"],
    ["a==1; b", "is not a pinned Python package"],
  ])("complains about %j", (text, verdict) => expect(pinnedRule(text)).toMatchObject({ verdict }));

  it("takes spaces out, at which the container would split", () => {
    expect(pinnedRule("pandas == 2.2.3")).toMatchObject({
      verdict: "has spaces",
      suggestion: "pandas==2.2.3",
    });
  });
});

describe("parsePinned", () => {
  it("compares names as PyPI does", () => {
    expect(parsePinned("Prefect_AWS==0.4.20")).toEqual({ name: "prefect-aws", version: "0.4.20" });
  });
});

describe("requirementVersionRule", () => {
  it("refuses Prefect itself in another major", () => {
    expect(requirementVersionRule("prefect==3.8.8", 2)?.verdict).toBe(
      "contradicts prefect.version, which is 2",
    );
    expect(requirementVersionRule("prefect==2.20.26", 2)).toBeUndefined();
  });

  it("refuses the integration for the other major", () => {
    expect(requirementVersionRule("prefect-aws==0.7.12", 2)?.verdict).toBe(
      "contradicts prefect.version, which is 2",
    );
    expect(requirementVersionRule("prefect_aws==0.4.20", 3)).toMatchObject({
      remedy: expect.stringContaining("extraPipPackages"),
    });
    expect(requirementVersionRule("prefect-aws==0.4.20", 2)).toBeUndefined();
    expect(requirementVersionRule("prefect-aws[workers]==0.5.0", 3)).toBeUndefined();
  });
});
