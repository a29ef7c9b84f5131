import { expect } from "vitest";
import type { CliRun } from "./run-cli.ts";

export interface ExpectedFailure {
  readonly code: string;
  /** A part of what it says. */
  readonly says: string | RegExp;
  /** A part of what to do next. */
  readonly hint: string | RegExp;
  /** @default 1 */
  readonly status?: number;
}

/** A failure as people should see it: code, sentence and what to do next at the very end, and neither a stack trace nor half a result. */
export function expectFailure({ stdout, stderr, status }: CliRun, expected: ExpectedFailure): void {
  const at = stderr.search(new RegExp(`^${expected.code}: `, "m"));
  const failure = at < 0 ? stderr : stderr.slice(at);
  expect(failure).toMatch(new RegExp(`^${expected.code}: `));
  expect(failure).toMatch(expected.says);
  expect(failure).toMatch(/\n→ .+\n$/);
  expect(failure.trimEnd().split("\n").at(-1)).toMatch(expected.hint);
  expectNoTrace(stderr);
  expect({ stdout, status }).toEqual({ stdout: "", status: expected.status ?? 1 });
}

/** Ctrl-C as shells know it. */
export function expectInterrupted({ stdout, stderr, status }: CliRun): void {
  expect(stderr).toContain("Taking everything down; press Ctrl-C again to leave it.");
  expect(stderr.trimEnd().split("\n").at(-1)).toBe("Stopped: Everything was taken down.");
  expectNoTrace(stderr);
  expect({ stdout, status }).toEqual({ stdout: "", status: 130 });
}

/** A rehearsal with --json that went well: its result is all there is on stdout. */
export function expectCompleted({ stdout, stderr, status }: CliRun): void {
  expect({ stderr, status }).toMatchObject({ status: 0 });
  expect(JSON.parse(stdout)).toMatchObject({
    worker: { name: "dev-worker", status: "ONLINE" },
    flowRun: { state: "Completed" },
  });
}

const expectNoTrace = (stderr: string): void =>
  expect(stderr).not.toMatch(/\n\s+at .*:\d+|node:internal|ExperimentalWarning/);
