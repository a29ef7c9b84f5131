import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { buildOnce } from "./build-once.ts";

let root: string;
let dir: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "build-once-"));
  dir = join(root, "thing");
});
afterEach(() => rm(root, { recursive: true, force: true }));

/** No process has this number: Linux and macOS give out smaller ones. */
const DEAD_PID = 2 ** 30;

describe("buildOnce", () => {
  it("builds a folder once however many ask for it at the same time", async () => {
    let builds = 0;
    const build = async () => {
      builds++;
      await sleep(150);
      await writeFile(join(dir, "part"), "whole");
    };
    const outcomes = await Promise.all([1, 2, 3].map(() => buildOnce(dir, build)));
    expect(builds).toBe(1);
    expect(outcomes.toSorted()).toEqual(["built", "found", "found"]);
    expect(await readFile(join(dir, "part"), "utf8")).toBe("whole");
    expect(await readdir(root)).toEqual(["thing"]);
  });

  it("throws away what a killed process left half built", async () => {
    await mkdir(dir);
    await writeFile(join(dir, "debris"), "");
    await writeFile(`${dir}.lock`, `${DEAD_PID}`);
    expect(await buildOnce(dir, async () => {})).toBe("built");
    expect(existsSync(join(dir, "debris"))).toBe(false);
  });

  it("takes over a lock that nobody has touched for long, whatever process has its number now", async () => {
    await writeFile(`${dir}.lock`, `${process.pid}`);
    const longAgo = new Date(Date.now() - 3_600_000);
    await utimes(`${dir}.lock`, longAgo, longAgo);
    expect(await buildOnce(dir, async () => {})).toBe("built");
  });

  it("waits for a builder that lives, until told to stop", async () => {
    await writeFile(`${dir}.lock`, `${process.pid}`);
    const waited = buildOnce(dir, async () => {}, AbortSignal.timeout(250));
    await expect(waited).rejects.toThrow(/abort|timeout/i);
    expect(existsSync(dir)).toBe(false);
  });

  it("leaves nothing behind when the build fails, and builds again when asked again", async () => {
    await expect(
      buildOnce(dir, async () => {
        await writeFile(join(dir, "part"), "half");
        throw new Error("no space");
      }),
    ).rejects.toThrow("no space");
    expect(await readdir(root)).toEqual([]);
    expect(await buildOnce(dir, async () => {})).toBe("built");
  });
});
