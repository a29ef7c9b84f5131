import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { findProcess } from "./agent/process-table.ts";
import { openRehearsalFolder, sweepRehearsals } from "./rehearsal-folder.ts";

let cacheDir: string;
beforeEach(async () => {
  cacheDir = await mkdtemp(join(tmpdir(), "prefect-fargate-folders-"));
});
afterEach(() => rm(cacheDir, { recursive: true, force: true }));

const folders = () => readdir(join(cacheDir, "rehearsals"));

/** A folder as a killed rehearsal leaves it, whose server still runs. */
async function killedRehearsal() {
  const dir = join(cacheDir, "rehearsals", "run-killed");
  await mkdir(join(dir, "servers"), { recursive: true });
  const owner = spawn("sleep", ["60"]);
  const server = spawn("sleep", ["60"], { detached: true });
  await writeFile(join(dir, "owner.json"), JSON.stringify(await findProcess(owner.pid!)));
  await writeFile(join(dir, "servers", "emulator.json"), JSON.stringify(await findProcess(server.pid!)));
  owner.kill("SIGKILL");
  await once(owner, "exit");
  return server;
}

describe("a rehearsal's folder", () => {
  it("has its owner in it as soon as others can see it, and is left alone while that lives", async () => {
    const seen = Promise.all(Array.from({ length: 5 }, () => sweepRehearsals(cacheDir)));
    const opened = await Promise.all(Array.from({ length: 5 }, () => openRehearsalFolder(cacheDir)));
    expect(await seen).toEqual([0, 0, 0, 0, 0]);
    expect(await sweepRehearsals(cacheDir)).toBe(0);
    expect((await folders()).sort()).toEqual(opened.map(({ dir }) => basename(dir)).sort());
  });

  it("is not taken for a killed one's while it is removed", async () => {
    const folder = await openRehearsalFolder(cacheDir);
    await Promise.all(Array.from({ length: 200 }, (_, at) => writeFile(join(folder.dir, `${at}`), "")));
    const [, ...swept] = await Promise.all([
      folder.remove(),
      ...Array.from({ length: 5 }, () => sweepRehearsals(cacheDir)),
    ]);
    expect(swept).toEqual([0, 0, 0, 0, 0]);
    expect(await folders()).toEqual([]);
  });

  it("of a killed rehearsal is removed, and its servers are ended", async () => {
    const server = await killedRehearsal();
    const ended = once(server, "exit");
    expect(await sweepRehearsals(cacheDir)).toBe(1);
    expect(await ended).toEqual([null, "SIGKILL"]);
    expect(await folders()).toEqual([]);
  });

  it("that was never given its owner is removed after a while, not before", async () => {
    const draft = join(cacheDir, "rehearsals", "new-abc");
    await mkdir(draft, { recursive: true });
    await sweepRehearsals(cacheDir);
    expect(await folders()).toEqual(["new-abc"]);
    const longAgo = new Date(Date.now() - 120_000);
    await utimes(draft, longAgo, longAgo);
    await sweepRehearsals(cacheDir);
    expect(await folders()).toEqual([]);
  });
});
