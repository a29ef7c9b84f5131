import { stripVTControlCharacters } from "node:util";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createReporter } from "./create-reporter.ts";
import { createLiveView } from "./live-view.ts";
import { createPlainView } from "./plain-view.ts";
import { createStageReporter } from "./stage-tree.ts";
import type { TextStream } from "./surroundings.ts";

beforeEach(
  () => void vi.useFakeTimers({ toFake: ["setInterval", "clearInterval", "setTimeout", "performance"] }),
);
afterEach(() => void vi.useRealTimers());

const ESCAPE = "\u001b[";
const CLEAR_BELOW = `A\r${ESCAPE}J`;
const SHOW_CURSOR = `${ESCAPE}?25h`;

const wait = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** A terminal that keeps what is on its screen, as far as our views use one: lines, moving up, clearing below. */
function screen(columns = 80): TextStream & { lines(): string[]; raw(): string } {
  const lines: string[] = [];
  let all = "";
  return {
    isTTY: true,
    columns,
    write(text) {
      all += text;
      let rest = text;
      const [clearing, above] = rest.split(CLEAR_BELOW);
      if (above !== undefined) {
        lines.splice(lines.length - Number.parseInt(clearing!.replace(ESCAPE, ""), 10));
        rest = above;
      }
      lines.push(...stripVTControlCharacters(rest).split("\n").slice(0, -1));
    },
    lines: () => [...lines],
    raw: () => all,
  };
}

describe("the live view", () => {
  const start = (stream: TextStream) => createStageReporter(createLiveView({ stream, colour: false }));

  it("keeps what is over and redraws what goes on", async () => {
    const terminal = screen();
    const reporter = start(terminal);
    const first = reporter.stage("Emulated AWS", () => wait(1000));
    const second = reporter.stage("Terraform", async ({ update }) => {
      update("plan");
      await reporter.stage("init", () => wait(500));
      await wait(2500);
    });
    await vi.advanceTimersByTimeAsync(700);
    expect(terminal.lines()).toEqual(["⠇ Emulated AWS 0.6 s", "⠇ Terraform 0.6 s plan", "  ✔ init 0.5 s"]);

    await vi.advanceTimersByTimeAsync(500);
    await first;
    expect(terminal.lines()[0]).toBe("✔ Emulated AWS 1.0 s");

    reporter.note("The provider comes from a mirror.");
    await vi.advanceTimersByTimeAsync(3000);
    await second;
    expect(terminal.lines()).toEqual([
      "✔ Emulated AWS 1.0 s",
      "· The provider comes from a mirror.",
      "✔ Terraform 3.0 s",
      "  ✔ init 0.5 s",
    ]);
    expect(terminal.raw().endsWith(SHOW_CURSOR)).toBe(true);
  });

  it("cuts lines that would wrap while they change, and shows them whole when they are over", async () => {
    const terminal = screen(20);
    const work = start(terminal).stage("A title that is longer than that", () => wait(10));
    expect(terminal.lines()).toEqual(["⠋ A title that is …"]);
    await vi.advanceTimersByTimeAsync(20);
    await work;
    expect(terminal.lines()).toEqual(["✔ A title that is longer than that 0.0 s"]);
  });

  it("leaves the terminal as it was when it is closed in the middle", async () => {
    const terminal = screen();
    const reporter = start(terminal);
    const work = reporter.stage("Terraform", () => wait(1000));
    await vi.advanceTimersByTimeAsync(100);
    reporter.close();
    const written = terminal.raw();
    expect(written.endsWith(SHOW_CURSOR)).toBe(true);
    await vi.advanceTimersByTimeAsync(2000);
    await work;
    expect(terminal.raw()).toBe(written);
  });
});

describe("the plain view", () => {
  it("writes a line at each beginning and end, with seconds", async () => {
    const pieces: string[] = [];
    const reporter = createStageReporter(createPlainView({ write: (text) => pieces.push(text) }));
    reporter.warn("A warning before anything began.");
    const work = reporter.stage("Terraform", async ({ update }) => {
      await reporter.stage("init", () => wait(500));
      update("too soon to tell");
      await wait(15_000);
      update("27 of 30 resources");
      await wait(1000);
    });
    await vi.advanceTimersByTimeAsync(20_000);
    await work;
    expect(pieces.join("")).toMatchInlineSnapshot(`
      "Warning: A warning before anything began.
         0.0  Terraform …
         0.0    init …
         0.5    init: done in 0.5 s
        15.5  Terraform: 27 of 30 resources
        16.5  Terraform: done in 16.5 s
      "
    `);
  });
});

describe("createReporter", () => {
  it.each([
    ["a terminal", { isTTY: true }, {}, true],
    ["a pipe", {}, {}, false],
    ["a terminal in CI", { isTTY: true }, { CI: "true" }, false],
    ["a terminal without abilities", { isTTY: true }, { TERM: "dumb" }, false],
  ])("redraws at %s: %j %j", async (_, terminal, env, redraws) => {
    const pieces: string[] = [];
    const stream = { write: (text: string) => pieces.push(text), ...terminal };
    const work = createReporter({ stream, env }).stage("Terraform", () => wait(300));
    await vi.advanceTimersByTimeAsync(400);
    await work;
    expect(pieces.join("").includes(ESCAPE)).toBe(redraws);
  });
});
