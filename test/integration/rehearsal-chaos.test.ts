import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { expectFailure, expectInterrupted } from "../helpers/expect-ending.ts";
import { noTraces } from "../helpers/leftovers.ts";
import { openRehearsalBox, type RehearsalBox } from "../helpers/rehearsal-box.ts";
import { describeMoment, momentsOf, signalAt } from "../helpers/rehearsal-moments.ts";

/** The seed chooses moments that are soon reached. PREFECT_FARGATE_TEST_SEED gives others. */
const SEED = Number(process.env.PREFECT_FARGATE_TEST_SEED ?? 1);
const SOON = ["Emulated AWS …", "Plan …", "Apply …"];
const [first, second] = momentsOf(SEED).filter(({ after }) => SOON.includes(after));

let box: RehearsalBox;
beforeEach(async () => {
  box = await openRehearsalBox();
});
afterEach(() => box.close());

const FLOWS = `
from prefect import flow

@flow
def fails():
    raise ValueError("the warehouse is closed")
`;

it(`interrupted ${describeMoment(first!)} or ${describeMoment(second!)}, everything is taken down`, async () => {
  const ends = await Promise.all([first!, second!].map((moment) => signalAt(moment, "SIGINT", box)));
  for (const end of ends) expectInterrupted(end);
  expect(await box.traces()).toEqual(noTraces);
});

it("with a flow file that cannot be imported, or a flow that fails, it says so", async () => {
  await writeFile(join(box.project, "flows.py"), FLOWS);
  await writeFile(join(box.project, "broken.py"), "import pandaz\n");
  const [broken, failed] = await Promise.all([
    box.start(["--flow", "broken.py:nightly"]).ended,
    box.start(["--flow", "flows.py:fails"]).ended,
  ]);
  expectFailure(broken, { code: "FLOW_RUN_FAILED", says: "No module named 'pandaz'", hint: "" });
  expectFailure(failed, { code: "FLOW_RUN_FAILED", says: "ValueError: the warehouse is closed", hint: "" });
  expect((await box.traces()).processes).toEqual([]);
});

it("when a server dies in the middle, it says which", async () => {
  const lose = async (server: "emulator" | "prefect") => {
    const rehearsal = box.start();
    await rehearsal.until("Apply …");
    box.killServer(server, rehearsal);
    return rehearsal.ended;
  };
  const [withoutAws, withoutPrefect] = await Promise.all([lose("emulator"), lose("prefect")]);
  const hint = "Rehearse again; everything that was started has been taken down.";
  expectFailure(withoutAws, {
    code: "EMULATOR_DIED",
    says: "The emulated AWS ended in the middle of the rehearsal (SIGKILL).",
    hint,
  });
  expectFailure(withoutPrefect, {
    code: "PREFECT_SERVER_DIED",
    says: "The Prefect server ended in the middle of the rehearsal (SIGKILL).",
    hint,
  });
  expect(await box.traces()).toEqual(noTraces);
});
