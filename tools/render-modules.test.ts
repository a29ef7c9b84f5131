import { expect, test } from "vitest";
import { staleModuleFiles } from "./render-modules.ts";

test("modules/ is what the constructs render", async () => {
  expect(await staleModuleFiles()).toEqual([]);
});
