import { expect, it } from "vitest";
import { ZONES_TO_AVOID as OF_THE_MODULE } from "#infra/fargate-zones.ts";
import { ZONES_TO_AVOID } from "./fargate-zones.ts";

it("counts the zones that the network module would choose from", () => {
  expect([...ZONES_TO_AVOID].sort()).toEqual([...OF_THE_MODULE].sort());
});
