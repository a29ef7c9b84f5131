import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { recordingReporter, temporaryFolder } from "../../test/helpers/terraform-fixtures.ts";
import {
  createRunFolder,
  engineFolder,
  orphanedRuns,
  recordRun,
  settleEarlierRuns,
  stopEarlierRuns,
} from "./run-folder.ts";

/** A process that has ended: its number is no one's. */
async function deadPid(): Promise<number> {
  const child = spawn("true");
  await once(child, "exit");
  return child.pid!;
}

function leave(dir: string, owner: number, record?: { pid: number; command: string }): string {
  const folder = join(engineFolder(dir), `run-${owner}-abc-0`);
  mkdirSync(folder);
  if (record !== undefined) writeFileSync(join(folder, "run.json"), JSON.stringify({ ...record, owner }));
  return folder;
}

describe("run folders", () => {
  it("are for their owner's eyes only", () => {
    using here = temporaryFolder();
    expect(statSync(createRunFolder(here.path)).mode & 0o777).toBe(0o700);
  });

  it("of a tool that still lives are left alone", async () => {
    using here = temporaryFolder();
    const folder = createRunFolder(here.path);
    recordRun(folder, process.pid, "node");
    expect(await orphanedRuns(here.path)).toEqual([]);
    expect(existsSync(folder)).toBe(true);
  });

  it("of a tool that was killed are removed once nothing runs in them", async () => {
    using here = temporaryFolder();
    const folder = leave(here.path, await deadPid(), { pid: await deadPid(), command: "terraform" });
    const bare = leave(here.path, await deadPid());
    await settleEarlierRuns(here.path, recordingReporter());
    expect([existsSync(folder), existsSync(bare)]).toEqual([false, false]);
  });

  it("do not mistake a process that got the number later for Terraform", async () => {
    using here = temporaryFolder();
    leave(here.path, await deadPid(), { pid: process.pid, command: "/somewhere/terraform" });
    expect(await orphanedRuns(here.path)).toEqual([]);
  });

  it("are waited for while Terraform goes on in them, until one is interrupted", async () => {
    using here = temporaryFolder();
    const orphan = spawn("sleep", ["60"]);
    try {
      const folder = leave(here.path, await deadPid(), { pid: orphan.pid!, command: "sleep" });
      expect(await orphanedRuns(here.path)).toEqual([orphan.pid]);
      const interrupted = settleEarlierRuns(here.path, recordingReporter(), AbortSignal.timeout(300));
      await expect(interrupted).rejects.toMatchObject({ name: "Cancelled" });
      expect(existsSync(folder)).toBe(true);
    } finally {
      orphan.kill();
    }
  });

  it.each([
    ["one that listens", "exec sleep 60", "SIGINT"],
    ["one that does not", "trap '' INT; sleep 60 & wait; sleep 60", "SIGKILL"],
  ])("are ended where no one wants them any more: %s", async (_what, script, how) => {
    using here = temporaryFolder();
    const orphan = spawn("/bin/sh", ["-c", script], { detached: true });
    const ended = once(orphan, "exit");
    await new Promise((resolve) => setTimeout(resolve, 100));
    const command = script.startsWith("exec") ? "sleep" : "/bin/sh";
    const folder = leave(here.path, await deadPid(), { pid: orphan.pid!, command });
    await stopEarlierRuns(here.path, 300);
    expect((await ended)[1]).toBe(how);
    expect(existsSync(folder)).toBe(false);
  });
});
