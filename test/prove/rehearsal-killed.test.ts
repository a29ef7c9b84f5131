import { afterEach, beforeEach, expect, it } from "vitest";
import { expectInterrupted } from "../helpers/expect-ending.ts";
import { noTraces } from "../helpers/leftovers.ts";
import { openRehearsalBox, type RehearsalBox } from "../helpers/rehearsal-box.ts";
import { describeMoment, momentsOf, signalAt } from "../helpers/rehearsal-moments.ts";

/** The seed chooses a moment that is soon reached. PREFECT_FARGATE_TEST_SEED gives others. */
const SEED = Number(process.env.PREFECT_FARGATE_TEST_SEED ?? 1);
const SOON = ["Emulated AWS …", "Plan …", "Apply …"];
const [, , moment] = momentsOf(SEED).filter(({ after }) => SOON.includes(after));

let box: RehearsalBox;
beforeEach(async () => {
  box = await openRehearsalBox();
});
afterEach(() => box.close());

// Where the moment falls into a plan, the socket of the AWS provider (`plugin…` in the folder for temporary files) may be left: not ours,
// but not swept either, so that this fails now and then.
it(`killed ${describeMoment(moment!)}, it is cleaned up after by the next one`, async () => {
  expect(await signalAt(moment!, "SIGKILL", box)).toMatchObject({ signal: "SIGKILL" });
  expect((await box.traces()).files).not.toEqual([]);
  const next = box.start();
  await next.until("Cleaned up after a rehearsal that had been killed.");
  // It is not needed any further.
  await next.until("Emulated AWS …");
  next.process.kill("SIGINT");
  expectInterrupted(await next.ended);
  expect(await box.traces()).toEqual(noTraces);
});
