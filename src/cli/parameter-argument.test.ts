import { describe, expect, test } from "vitest";
import { parseParameter } from "./parameter-argument.ts";

describe("parseParameter", () => {
  test.each([
    ["days=3", { days: 3 }],
    ["dry_run=true", { dry_run: true }],
    ["name=nightly", { name: "nightly" }],
    ['name="3"', { name: "3" }],
    ["query=a=b", { query: "a=b" }],
    ["tables=[1, 2]", { tables: [1, 2] }],
    ["empty=", { empty: "" }],
    ["text=two\nlines", { text: "two\nlines" }],
  ])("%s", (text, parameters) => {
    expect(parseParameter(text)).toEqual(parameters);
  });

  test("several are collected, and the last of a name counts", () => {
    expect(parseParameter("b=2", parseParameter("b=1", parseParameter("a=1")))).toEqual({ a: 1, b: 2 });
  });

  test.each(["days", "=3", "my-name=3", ""])("%o is none", (text) => {
    expect(() => parseParameter(text)).toThrow(/--param days=3/);
  });
});
