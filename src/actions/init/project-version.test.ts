import { describe, expect, it } from "vitest";
import { requiredVersion } from "./project-version.ts";

describe("the major version that requirements ask for", () => {
  it.each([
    ["prefect==2.20.4", 2],
    ["prefect==2.*", 2],
    ["prefect~=2.19", 2],
    ["prefect[aws]>=2.19,<3", 2],
    ["pandas\nprefect >= 2.19, < 3.0.0\n", 2],
    ['dependencies = [\n  "prefect>=3.1",\n]', 3],
    ['prefect = "^2.20"', 2],
    ['prefect = "^3.8"', 3],
    ["  - prefect==3.8.8", 3],
  ] as const)("%j: %s", (text, version) => {
    expect(requiredVersion(text)).toBe(version);
  });

  it.each(["prefect", "prefect>=2.19", "prefect-aws==0.4.20", "# prefect==2.20", "my-prefect==2.0", ""])(
    "%j leaves it open",
    (text) => {
      expect(requiredVersion(text)).toBeUndefined();
    },
  );
});
