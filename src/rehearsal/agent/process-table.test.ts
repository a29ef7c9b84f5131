import { spawn } from "node:child_process";
import { once } from "node:events";
import { afterEach, describe, expect, it } from "vitest";
import { findProcess, markedProcesses, parsePs, processTable, proportionalBytes } from "./process-table.ts";

describe("processTable", () => {
  it("finds this process, with a start time that stays the same", async () => {
    const mine = (await processTable()).find(({ pid }) => pid === process.pid);
    expect(mine).toEqual(await findProcess(process.pid));
    expect(mine?.parent).toBe(process.ppid);
  });

  it("does not find a process that is gone", async () => {
    const child = spawn("true");
    await once(child, "exit");
    expect(await findProcess(child.pid!)).toBeUndefined();
  });
});

describe("markedProcesses", () => {
  const children: ReturnType<typeof spawn>[] = [];
  afterEach(() => children.splice(0).map((child) => child.kill("SIGKILL")));

  it("tells a process with the marker in its environment from one without", async () => {
    for (const value of ["the-marker", "other"]) {
      const child = spawn("sleep", ["60"], { env: { MARK: value, PATH: "/usr/bin:/bin" } });
      await once(child, "spawn");
      children.push(child);
    }
    const [marked, other] = children.map(({ pid }) => pid!);
    expect(await markedProcesses([marked!, other!], "the-marker")).toEqual([marked]);
  });
});

describe("parsePs", () => {
  it("reads pid, parent, group and the date of the start", () => {
    const output = "    1     0     1 Mon Nov 23 18:00:01 2026\n 4242    17  4240 Mon Nov 23 19:01:02 2026\n";
    expect(parsePs(output)).toEqual([
      { pid: 1, parent: 0, processGroup: 1, startTime: "Mon Nov 23 18:00:01 2026" },
      { pid: 4242, parent: 17, processGroup: 4240, startTime: "Mon Nov 23 19:01:02 2026" },
    ]);
  });
});

describe("proportionalBytes", () => {
  const rollup =
    "Rss: 900 kB\nPss: 500 kB\nPss_Anon: 300 kB\nPss_File: 150 kB\nPss_Shmem: 50 kB\nSwapPss: 10 kB\n";

  it("counts anonymous, shared and swapped memory, and no pages of files", () => {
    expect(proportionalBytes(rollup.replaceAll(": ", ":     "))).toBe(360 * 1024);
  });

  it("takes the whole proportional size from a kernel that does not split it, and 0 from a process that is gone", () => {
    expect(proportionalBytes("Rss:  900 kB\nPss:  500 kB\n")).toBe(500 * 1024);
    expect(proportionalBytes("")).toBe(0);
  });
});
