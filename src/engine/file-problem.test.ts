import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../../test/helpers/terraform-fixtures.ts";
import { ensureRoom, fileProblem } from "./file-problem.ts";

describe("fileProblem", () => {
  it.runIf(process.platform === "linux")("knows a full disk", () => {
    let problem: unknown;
    try {
      writeFileSync("/dev/full", "x");
    } catch (error) {
      problem = fileProblem(error, "/project");
    }
    expect(problem).toMatchObject({
      code: "NO_SPACE",
      message: "There is no room left to write in /project (full disk, quota, or file size limit).",
      hint: "Look at `df -h /project` and `ulimit -f`, make room, and run this again.",
    });
  });

  it("keeps the system's words for what it does not know", () => {
    using folder = temporaryFolder({ file: "" });
    let problem: unknown;
    try {
      mkdirSync(join(folder.path, "file", "below"));
    } catch (error) {
      problem = fileProblem(error, folder.path);
    }
    expect(problem).toMatchObject({ code: "FILE_PROBLEM", message: expect.stringContaining("ENOTDIR") });
  });
});

describe("ensureRoom", () => {
  it("leaves nothing behind", () => {
    using folder = temporaryFolder();
    ensureRoom(folder.path);
    expect(folder.has(`room-${process.pid}`)).toBe(false);
  });

  it("fails where the folder is none", () => {
    using folder = temporaryFolder({ file: "" });
    expect(() => ensureRoom(join(folder.path, "file"))).toThrow(
      expect.objectContaining({ code: "FILE_PROBLEM" }),
    );
  });
});
