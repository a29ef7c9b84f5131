import { describe, expect, test } from "vitest";
import { lineJoiner } from "./join-lines.ts";
import type { LogLine } from "./log-line.ts";

const at = (second: number): Date => new Date(Date.UTC(2026, 0, 1, 12, 0, second));
const kept = (second: number, text: string): LogLine => ({
  at: at(second),
  source: "prefect",
  task: undefined,
  level: "INFO",
  text,
});
const printed = (second: number, text: string): LogLine => ({
  at: at(second),
  source: "task",
  task: "abc",
  level: undefined,
  text,
});
const texts = (lines: readonly LogLine[]): string[] => lines.map(({ source, text }) => `${source}: ${text}`);

describe("a flow run's two logs", () => {
  test("become one, in the order of time, with everything once", () => {
    const lines = lineJoiner()(
      [kept(2, "Hello"), kept(3, "Finished in state Completed()")],
      [
        printed(1, "+pip install prefect-aws==0.4.20"),
        printed(2, "12:00:02.123 | INFO    | Flow run 'quick-fox' - Hello"),
        printed(3, "12:00:03.456 | INFO    | Flow run 'quick-fox' - Finished in state Completed()"),
        printed(4, "sys:1: ResourceWarning: unclosed file"),
      ],
    );
    expect(texts(lines)).toEqual([
      "task: +pip install prefect-aws==0.4.20",
      "prefect: Hello",
      "prefect: Finished in state Completed()",
      "task: sys:1: ResourceWarning: unclosed file",
    ]);
  });

  test("what is logged twice and printed three times is shown three times", () => {
    const again = printed(2, "12:00:02.000 | INFO    | Flow run 'x' - again");
    expect(lineJoiner()([kept(1, "again"), kept(2, "again")], [again, again, again])).toHaveLength(3);
  });

  test("a traceback that Prefect kept whole is not shown a second time line by line", () => {
    const traceback =
      "Encountered exception during execution:\nTraceback (most recent call last):\nZeroDivisionError";
    const lines = traceback.split("\n").map((line) => printed(1, line));
    expect(texts(lineJoiner()([kept(1, traceback)], lines))).toEqual([`prefect: ${traceback}`]);
  });

  test("portions that come one after the other are joined alike", () => {
    const join = lineJoiner();
    expect(join([kept(1, "Hello")], [])).toHaveLength(1);
    expect(join([], [printed(1, "12:00:01.000 | INFO    | Flow run 'x' - Hello")])).toEqual([]);
  });

  test("a line that only resembles a logged one is shown", () => {
    expect(lineJoiner()([kept(1, "Hello")], [printed(1, "Hello, again")])).toHaveLength(2);
  });
});
