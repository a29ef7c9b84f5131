import { describe, expect, it } from "vitest";
import { constraintsFor, requirementName } from "./requirements.ts";

const LOCK = `aiobotocore==3.10.0 \\
    --hash=sha256:aa
griffe==2.3.0 ; python_full_version < '3.11' \\
    --hash=sha256:bb
prefect-aws==0.7.12 \\
    --hash=sha256:cc \\
    --hash=sha256:dd
`;

describe("requirementName", () => {
  it.each([
    ["prefect-aws==0.7.12", "prefect-aws"],
    ["Prefect_AWS[batch]>=0.7", "prefect-aws"],
    ["six", "six"],
    ["uvloop; sys_platform != 'win32'", "uvloop"],
    ["thing @ https://example.com/thing.whl", "thing"],
    ["--index-url", undefined],
    ["", undefined],
    ["two words", undefined],
  ])("reads %j as %j", (requirement, name) => {
    expect(requirementName(requirement)).toBe(name);
  });
});

describe("constraintsFor", () => {
  it("keeps every entry with its hashes when the extras are those of the lock", () => {
    expect(constraintsFor(LOCK, ["prefect-aws==0.7.12"])).toBe(LOCK);
  });

  it("keeps a package that is asked for without a version", () => {
    expect(constraintsFor(LOCK, ["prefect_aws"])).toContain("prefect-aws==0.7.12");
  });

  it("leaves out a package that is asked for in another version, with its hashes", () => {
    const kept = constraintsFor(LOCK, ["prefect-aws==0.7.11"]);
    expect(kept).not.toContain("prefect-aws");
    expect(kept).not.toContain("sha256:cc");
    expect(kept).toContain("aiobotocore==3.10.0");
  });

  it("leaves out a package that is asked for in a range, as the range may exclude the locked version", () => {
    expect(constraintsFor(LOCK, ["prefect-aws>=0.8"])).not.toContain("prefect-aws");
  });
});
