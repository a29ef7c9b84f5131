import { expect, it } from "vitest";
import { readSystem } from "./system.ts";

it("refuses outputs of a folder in which nothing was applied", () => {
  expect(() => readSystem({}, "infrastructure")).toThrowError(
    expect.objectContaining({
      code: "SYSTEM_NOT_APPLIED",
      message: "The Terraform state of infrastructure does not hold a whole system.",
      hint: "prefect-fargate deploy",
    }),
  );
});
