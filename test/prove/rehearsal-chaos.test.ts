import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { expectCompleted, expectFailure, expectInterrupted } from "../helpers/expect-ending.ts";
import { noTraces } from "../helpers/leftovers.ts";
import { openRehearsalBox, type RehearsalBox } from "../helpers/rehearsal-box.ts";
import { describeMoment, momentsOf, SEED, signalAt } from "../helpers/rehearsal-moments.ts";

/** Every part of a rehearsal, at two moments each; CI has a sample. */
const moments = [SEED, SEED + 1]
  .flatMap(momentsOf)
  .map((moment) => ({ moment, name: describeMoment(moment) }));
const LONG_MS = 600_000;

let box: RehearsalBox;
beforeEach(async () => {
  box = await openRehearsalBox([2, 3]);
});
afterEach(() => box.close());

describe("a rehearsal interrupted", () => {
  it.each(moments)("$name takes everything down", async ({ moment }) => {
    expectInterrupted(await signalAt(moment, "SIGINT", box));
    expect(await box.traces()).toEqual(noTraces);
  });
});

describe("a rehearsal killed", () => {
  it.each(moments)(
    "$name is cleaned up after by the next one, which Completes",
    async ({ moment }) => {
      expect(await signalAt(moment, "SIGKILL", box)).toMatchObject({ signal: "SIGKILL" });
      const next = await box.start(["--json"]).ended;
      expectCompleted(next);
      expect(next.stderr).toContain("Cleaned up after a rehearsal that had been killed.");
      expect(await box.traces()).toEqual(noTraces);
    },
    LONG_MS,
  );
});

it(
  "two at once, with Prefect 2 and 3, both Complete",
  async () => {
    const ends = [box.start(["--json"]).ended, box.start(["--json", "--prefect", "3"]).ended];
    for (const end of await Promise.all(ends)) expectCompleted(end);
    expect(await box.traces()).toEqual(noTraces);
  },
  LONG_MS,
);

it("a flow that takes more memory than its task has Crashed", async () => {
  const file = join(box.project, "hoard.py");
  await writeFile(
    file,
    "import time\nfrom prefect import flow\n\n@flow\ndef hoard():\n    kept = b'x' * (2 << 30)\n    time.sleep(600)\n",
  );
  expectFailure(await box.start(["--flow", "hoard.py:hoard"]).ended, {
    code: "FLOW_RUN_FAILED",
    says: /ended as Crashed: /,
    hint: "--keep",
  });
  expect(await box.traces()).toEqual({ ...noTraces, files: [file] });
});

describe("with Prefect 3", () => {
  it.each([
    ["emulator", "EMULATOR_DIED"],
    ["prefect", "PREFECT_SERVER_DIED"],
  ] as const)("the death of the %s server is told as %s", async (server, code) => {
    const rehearsal = box.start(["--prefect", "3"]);
    await rehearsal.until("Flow run of the canary …");
    box.killServer(server, rehearsal);
    expectFailure(await rehearsal.ended, { code, says: "(SIGKILL)", hint: "Rehearse again" });
    expect(await box.traces()).toEqual(noTraces);
  });
});
