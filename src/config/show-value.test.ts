import { describe, expect, it } from "vitest";
import { hideKeys, showValue } from "./show-value.ts";

describe("showValue", () => {
  it.each([
    [3000, "3000"],
    ["us-esat-1", '"us-esat-1"'],
    [undefined, "nothing"],
    [null, "null"],
    [[1], "a list"],
    [{}, "an object"],
    [() => 1, "a function"],
    [Promise.resolve(), "a promise"],
  ])("shows %s", (value, text) => expect(showValue(value)).toBe(text));

  it("cuts long texts", () => expect(showValue("x".repeat(200))).toHaveLength(80));

  it("hides what looks like a key wherever it stands", () => {
    expect(showValue("pnu_abcdefghijklmnop", ["region"])).toBe("(hidden)");
  });

  it.each([[["prefect", "apiKey"]], [["workers", "a", "environment", "DB_PASSWORD"]], [["tags", "token"]]])(
    "hides every text at %j",
    (path) => expect(showValue("hunter2", path)).toBe("(hidden)"),
  );

  it("shows names and ARNs of secrets, and workers that are named after keys", () => {
    expect(showValue("bad name!", ["prefect", "apiKey", "secretName"])).toBe('"bad name!"');
    expect(showValue("arn:aws:s3:::x", ["prefect", "apiKey", "secretArn"])).toBe('"arn:aws:s3:::x"');
    expect(showValue(7, ["workers", "key-worker", "cpu"])).toBe("7");
  });
});

describe("hideKeys", () => {
  it("takes every key out of a text", () => {
    expect(hideKeys("a pnu_abcdefghijklmnop b https://me:pw@host/ c")).toBe(
      "a (hidden) b https(hidden)host/ c",
    );
  });
});
