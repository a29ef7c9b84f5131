import { expect, test } from "vitest";
import { retryAfterMs } from "./patient-fetch.ts";

test.each([
  ["2", 2_000],
  ["0", 0],
  ["Mon, 23 Nov 2026 12:00:10 GMT", 10_000],
  ["Mon, 23 Nov 2026 11:00:00 GMT", 0],
  ["soon", undefined],
  ["", undefined],
  [null, undefined],
])("Retry-After %j means %s ms", (header, expected) => {
  expect(retryAfterMs(header, Date.parse("2026-11-23T12:00:00Z"))).toBe(expected);
});
