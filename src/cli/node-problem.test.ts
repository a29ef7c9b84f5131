import { describe, expect, it } from "vitest";
import manifest from "../../package.json" with { type: "json" };
import { nodeProblem } from "./node-problem.ts";

const oldest = manifest.engines.node.replace(/[^\d.]/g, "");

describe("nodeProblem", () => {
  it.each([oldest, `${oldest}.0`, "24.0.0"])("has nothing against %s", (version) =>
    expect(nodeProblem(version)).toBeUndefined(),
  );

  it.each(["18.20.8", "20.20.2", "22.17.1"])("says what %s is too old for", (version) =>
    expect(nodeProblem(version)).toBe(
      `NODE_TOO_OLD: This is Node ${version}; ${oldest} or newer is needed.\n→ Install it from https://nodejs.org, or in this project: npm install --save-dev node@24\n`,
    ),
  );
});
