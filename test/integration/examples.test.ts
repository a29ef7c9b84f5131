import { test } from "vitest";
import { applyExample } from "../helpers/example.ts";

/** The rest, and these with the networks that they ask for, are in test/prove: a new VPC takes a minute. */
const IN_AN_EXISTING_VPC = { network: { kind: "existing", assignPublicIp: true } } as const;

test("the example many-workers is applied, planned again and destroyed", async () => {
  await applyExample("many-workers", IN_AN_EXISTING_VPC);
});
