import { expect, it } from "vitest";
import { overrideFileRule } from "./override-files.ts";

it.each(["override.tf", "size_override.tf", "terraform/size_override.tf.json"])(
  "%s is an override",
  (file) => {
    expect(overrideFileRule(file)).toBeUndefined();
  },
);

it("anything else would be read as a second definition", () => {
  expect(overrideFileRule("size.tf")).toMatchObject({ suggestion: "size_override.tf" });
  expect(overrideFileRule("overrides.txt")).toMatchObject({ suggestion: undefined });
});
