import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";
import { openSupervisedStage } from "../helpers/supervised-stage.ts";

const SOON = { timeout: 300_000, interval: 500 };
/** A worker's own poll loop gives up after seven and a half minutes, and takes its runs with it. */
const OUTAGE_MINUTES = 30;

it.each([2, 3] as const)(
  "Prefect %i away for half an hour, with a worker's usual settings, ends neither worker nor run",
  { timeout: 60 * 60_000 },
  async (version) => {
    const here = await openSupervisedStage({ version, settings: {} });
    const { flow, service } = here;
    try {
      const held = await flow.run();
      await expect.poll(() => held.has("started"), SOON).toBe(true);
      const [task] = await service.tasks();
      await here.stopPrefect();
      for (let minute = 0; minute < OUTAGE_MINUTES; minute += 1) {
        await sleep(60_000);
        const now = await service.describe(task!.taskArn!);
        expect(now).toMatchObject({
          lastStatus: "RUNNING",
          desiredStatus: "RUNNING",
          healthStatus: "HEALTHY",
        });
        expect(await service.isProtected(task!.taskArn!)).toBe(true);
      }
      await here.startPrefectAgain();
      await held.letGo();
      await expect.poll(() => held.state(), SOON).toBe("Completed");
      const next = await flow.run();
      await next.letGo();
      await expect.poll(() => next.state(), SOON).toBe("Completed");
      expect((await service.tasks()).map(({ taskArn }) => taskArn)).toEqual([task!.taskArn]);
    } finally {
      await flow.letGoOfAll();
      await here.close();
    }
  },
);
