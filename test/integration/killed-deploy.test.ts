import { afterAll, beforeAll, describe, test } from "vitest";
import { kills, survivesKill } from "../helpers/kill-deploy.ts";
import { openStage, type Stage } from "../helpers/stage.ts";

/** Another seed finds other moments; `npm run prove` tries more of them. */
const SEED = process.env.PREFECT_FARGATE_SEED ?? "killed-deploy";

let stage: Stage;
beforeAll(async () => {
  stage = await openStage({ version: 2, existingCluster: true });
});
afterAll(() => stage?.close());

describe("a deploy that is killed is finished by the next, and destroy leaves nothing:", () => {
  test.each(kills(SEED, 5))("$signal $afterMs ms into $stage ($seed)", async (kill) => {
    await survivesKill(stage, kill);
  });
});
