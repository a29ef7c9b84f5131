import { describe, expect, it } from "vitest";
import { nearest } from "./nearest.ts";

const FIELDS = ["cpu", "memoryMiB", "desiredCount", "stopTimeoutSeconds", "image"];

describe("nearest", () => {
  it.each([
    ["memory", "memoryMiB"],
    ["memoryMib", "memoryMiB"],
    ["desiredcount", "desiredCount"],
    ["iamge", "image"],
    ["stopTimeout", "stopTimeoutSeconds"],
    ["cpus", "cpu"],
  ])("takes %s for %s", (word, meant) => expect(nearest(word, FIELDS)).toBe(meant));

  it.each(["vpc", "retries", "x", ""])("suggests nothing for %j", (word) =>
    expect(nearest(word, FIELDS)).toBeUndefined(),
  );
});
