import { afterAll, beforeAll, describe, test } from "vitest";
import { type Kill, kills, survivesKills } from "../helpers/kill-deploy.ts";
import { openStage, type Stage } from "../helpers/stage.ts";

/** Another seed finds other moments; `npm run prove` tries more of them. */
const SEED = process.env.PREFECT_FARGATE_SEED ?? "killed-deploy";

let stage: Stage;
beforeAll(async () => {
  stage = await openStage({ version: 2, existingCluster: true });
});
afterAll(() => stage?.close());

const [first, second, third, fourth, fifth] = kills(SEED, 5) as [Kill, Kill, Kill, Kill, Kill];

describe("deploys that are killed are finished by the next, and destroy leaves nothing:", () => {
  // One after the other on what is left, as a new worker each time takes as long as all the rest.
  test.each([
    [first, fourth],
    [third, second, fifth],
  ])(`chain %# of ${SEED}`, async (...blows) => {
    await survivesKills(stage, ...blows);
  });
});
