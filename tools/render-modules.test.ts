import { expect, test } from "vitest";
import { staleModuleFiles } from "./render-modules.ts";

/** All constructs and the scaler's zip, on a busy machine. */
const TIMEOUT_MS = 120_000;

test(
  "modules/ is what the constructs render",
  async () => {
    expect(await staleModuleFiles()).toEqual([]);
  },
  TIMEOUT_MS,
);
