import { describe, expect, it } from "vitest";
import { Cancelled } from "#errors";
import { createStageReporter, type StageNode, type StageView } from "./stage-tree.ts";

/** Writes down what a view is told. */
function recorder(): StageView & { readonly log: string[] } {
  const log: string[] = [];
  const at = (stage: StageNode) => `${"  ".repeat(stage.depth)}${stage.title}`;
  return {
    log,
    started: (stage) => log.push(`${at(stage)} begins`),
    updated: (stage) => log.push(`${at(stage)}: ${stage.detail}`),
    ended: (stage) => log.push(`${at(stage)} ${stage.outcome} after ${stage.endedMs! - stage.startedMs}`),
    said: (kind, sentence) => log.push(`${kind}: ${sentence}`),
    close: () => log.push("closed"),
  };
}

function clock() {
  let time = 0;
  return () => time++;
}

describe("createStageReporter", () => {
  it("gives back what the work gives", async () => {
    expect(await createStageReporter(recorder()).stage("Plan", async () => 7)).toBe(7);
  });

  it("knows which stage runs inside which, also when several run at the same time", async () => {
    const view = recorder();
    const reporter = createStageReporter(view, clock());
    const nested = (title: string) =>
      reporter.stage(title, async () => {
        await Promise.resolve();
        await reporter.stage(`${title} inner`, () => Promise.resolve());
      });
    await Promise.all([nested("A"), nested("B")]);
    expect(view.log.filter((line) => line.includes("inner begins"))).toEqual([
      "  A inner begins",
      "  B inner begins",
    ]);
  });

  it("reports details once, and none after the end", async () => {
    const view = recorder();
    const reporter = createStageReporter(view, clock());
    let late: (detail: string) => void = () => {};
    await reporter.stage("Apply", async ({ update }) => {
      update("1 of 2");
      update("1 of 2");
      late = update;
    });
    late("too late");
    expect(view.log).toEqual(["Apply begins", "Apply: 1 of 2", "Apply done after 1"]);
  });

  it.each([
    [new Error("no"), "failed"],
    [new Cancelled(), "stopped"],
    [new DOMException("aborted", "AbortError"), "stopped"],
  ])("passes %s on and calls it %s", async (error, outcome) => {
    const view = recorder();
    const work = createStageReporter(view, clock()).stage("Apply", () => Promise.reject(error));
    await expect(work).rejects.toBe(error);
    expect(view.log.at(-1)).toBe(`Apply ${outcome} after 1`);
  });
});
