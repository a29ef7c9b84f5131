import { afterAll, beforeAll, describe, test } from "vitest";
import { kills, survivesKills } from "../helpers/kill-deploy.ts";
import { openProofs } from "../helpers/proofs.ts";
import { openStage, type Stage } from "../helpers/stage.ts";

/** Forty moments of a deploy, on both majors of Prefect. What has passed is not tried again until something changes. */
const KILLS = 40;
const proofs = openProofs("killed-deploys");

describe.each([2, 3] as const)(
  "with Prefect %d, a deploy that is killed is finished by the next:",
  (version) => {
    const open = kills(`prove-${version}`, KILLS / 2).filter(({ seed }) => !proofs.has(seed));
    let stage: Stage;
    beforeAll(async () => {
      if (open.length > 0) stage = await openStage({ version, existingCluster: true });
    });
    afterAll(() => stage?.close());

    test.each(open)("$signal $afterMs ms into $stage ($seed)", async (kill) => {
      await survivesKills(stage, kill);
      proofs.note(kill.seed);
    });

    test.runIf(open.length === 0)("all have passed before, and nothing has changed since", () => {});
  },
);
