import { describe, expect, test } from "vitest";
import { table } from "./table.ts";

describe("table", () => {
  test("gives each column the width of its widest cell, and the last one none", () => {
    expect(
      table(
        ["NAME", "STATE"],
        [
          ["dev-worker", "ONLINE"],
          ["b", "OFFLINE since noon"],
        ],
      ),
    ).toEqual(["NAME        STATE", "dev-worker  ONLINE", "b           OFFLINE since noon"]);
  });

  test("keeps the places of columns for awk: nothing is a dash, and a line break is a blank", () => {
    expect(table(["A", "B", "C"], [["", "two\nlines", "3"]])[1]).toBe("-  two lines  3");
  });

  test("paint does not change the widths", () => {
    const paint = (text: string): string => `<${text}>`;
    expect(
      table(
        ["A", "B"],
        [
          [{ text: "no", paint }, "1"],
          ["yes", "2"],
        ],
      ),
    ).toEqual(["A    B", "<no>   1", "yes  2"]);
  });

  test("without rows there is no table", () => {
    expect(table(["A"], [])).toEqual([]);
  });
});
