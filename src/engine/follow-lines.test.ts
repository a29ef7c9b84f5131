import { appendFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../../test/helpers/terraform-fixtures.ts";
import { followLines } from "./follow-lines.ts";

describe("followLines", () => {
  it("gives lines as they are written, whole ones only, and the last one at the end", async () => {
    using folder = temporaryFolder();
    const file = folder.write("events", "");
    const text = Buffer.from("one\ntwo with é\n\nlast without end");
    const middle = text.indexOf(0xa9);
    const writing = (async () => {
      // The cut goes through a letter of two bytes.
      await appendFile(file, text.subarray(0, middle));
      await new Promise((resolve) => setTimeout(resolve, 120));
      await appendFile(file, text.subarray(middle));
    })();
    const lines: string[] = [];
    for await (const line of followLines(file, writing)) lines.push(line);
    expect(lines).toEqual(["one", "two with é", "", "last without end"]);
  });

  it("reads what was written just before the end", async () => {
    using folder = temporaryFolder();
    const long = "x".repeat(200_000);
    const file = folder.write("events", `${long}\nend\n`);
    const lines: string[] = [];
    for await (const line of followLines(file, Promise.resolve())) lines.push(line);
    expect(lines).toEqual([long, "end"]);
  });
});
