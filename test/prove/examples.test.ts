import { test } from "vitest";
import { applyExample, EXAMPLES } from "../helpers/example.ts";

/** A new VPC takes a minute, and several workers more than that. */
test.each(EXAMPLES)("the example %s is applied as it stands, planned again and destroyed", async (name) => {
  await applyExample(name);
});
