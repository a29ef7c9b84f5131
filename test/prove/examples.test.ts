import { readdirSync } from "node:fs";
import { test } from "vitest";
import { packagePath } from "#package";
import { applyExample } from "../helpers/example.ts";

const EXAMPLES = readdirSync(packagePath("examples"), { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && entry.name !== "cdktn-app")
  .map(({ name }) => name);

/** A new VPC takes a minute, and several workers more than that. */
test.each(EXAMPLES)("the example %s is applied as it stands, planned again and destroyed", async (name) => {
  await applyExample(name);
});
