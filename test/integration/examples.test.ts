import { test } from "vitest";
import { applyExample } from "../helpers/example.ts";

/** The cheap ones, in a network that exists: a VPC of their own takes longer than all else. As they stand, `npm run prove` has all. */
test.each(["existing-vpc", "cheapest"])(
  "the example %s is applied in an existing VPC, planned again and destroyed",
  async (name) => {
    await applyExample(name, { network: { kind: "existing", assignPublicIp: true } });
  },
);
