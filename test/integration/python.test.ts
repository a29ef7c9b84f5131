import { execFile } from "node:child_process";
import { chmod, mkdir, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type PythonParts, preparePython } from "#rehearsal/python.ts";
import { type Reporter, silentReporter } from "#reporter";

const run = promisify(execFile);
let cacheDir: string;
let parts: PythonParts;
const stages: string[] = [];

const watching: Reporter = {
  ...silentReporter,
  stage: (title, work) => {
    stages.push(title);
    return work({ update: () => {} });
  },
};

beforeAll(async () => {
  cacheDir = await mkdtemp(join(tmpdir(), "prefect-fargate-cache-"));
  parts = await preparePython(watching, { cacheDir });
});
afterAll(() => rm(cacheDir, { recursive: true, force: true }));

const versionIn = async (python: string, name: string) =>
  (await run(python, ["-c", `import importlib.metadata as m; print(m.version("${name}"))`])).stdout.trim();

describe("Python environments", () => {
  it("are built once for all who ask, with the locked versions", async () => {
    const [first, second] = await Promise.all([parts.environment("emulator"), parts.environment("emulator")]);
    expect(second).toEqual(first);
    expect(stages.filter((title) => title.endsWith("emulator"))).toHaveLength(1);
    expect(await versionIn(first.python, "ministack")).toBe("1.5.33");
  });

  it("are found without uv, a network or a stage the next time", async () => {
    stages.length = 0;
    const offline = { PATH: process.env.PATH, UV_OFFLINE: "1", HTTPS_PROXY: "http://127.0.0.1:9" };
    const again = await preparePython(watching, { cacheDir, env: offline });
    await again.environment("emulator");
    expect(stages).toEqual([]);
  });

  it("take extra packages in the locked versions and their own environment", async () => {
    const plain = await parts.environment("emulator");
    const withAws = await parts.environment("prefect-3", ["prefect-aws==0.7.12"]);
    expect(withAws.bin).not.toBe(plain.bin);
    const lock = await readFile(new URL("../../python/prefect-3-extras.txt", import.meta.url), "utf8");
    const locked = /^aiobotocore==(\S+)/m.exec(lock)?.[1];
    expect(await versionIn(withAws.python, "prefect-aws")).toBe("0.7.12");
    expect(await versionIn(withAws.python, "aiobotocore")).toBe(locked);
    expect(await versionIn(withAws.python, "prefect")).toBe("3.8.8");
    expect(await versionIn(withAws.python, "fastapi")).toBe("0.139.2");
  });

  it("take another version than the locked one from the index", async () => {
    const { python } = await parts.environment("prefect-3", ["prefect-aws==0.7.11"]);
    expect(await versionIn(python, "prefect-aws")).toBe("0.7.11");
    expect(await versionIn(python, "prefect")).toBe("3.8.8");
  });

  it("name the package that does not exist", async () => {
    await expect(parts.environment("prefect-3", ["prefect-aws==99"])).rejects.toMatchObject({
      code: "PYTHON_PACKAGE_UNKNOWN",
      source: "user",
      message: expect.stringContaining("prefect-aws==99"),
    });
    await expect(parts.environment("prefect-3", ["--no"])).rejects.toMatchObject({
      code: "EXTRA_PIP_PACKAGE_INVALID",
    });
  });

  it("say that the index cannot be reached, and leave nothing half built", async () => {
    const dir = join(cacheDir, "no-network");
    const env = { ...process.env, HTTPS_PROXY: "http://127.0.0.1:9", UV_HTTP_RETRIES: "0", PIP_RETRIES: "0" };
    const cutOff = await preparePython(silentReporter, { cacheDir: dir, env });
    await expect(cutOff.environment("emulator")).rejects.toMatchObject({
      code: "PACKAGE_INDEX_UNREACHABLE",
      hint: expect.stringContaining("UV_DEFAULT_INDEX"),
    });
    expect(
      (await readdir(dir)).filter((name) => name.startsWith("emulator") || name.endsWith(".lock")),
    ).toEqual([]);
  });

  it.skipIf(process.getuid?.() === 0)("say that the cache cannot be written", async () => {
    const dir = join(cacheDir, "locked");
    await mkdir(dir);
    await chmod(dir, 0o500);
    const locked = await preparePython(silentReporter, { cacheDir: dir });
    await expect(locked.environment("emulator")).rejects.toMatchObject({ code: "CACHE_NOT_WRITABLE" });
  });

  it("say that the cache folder is a file", async () => {
    const locked = await preparePython(silentReporter, { cacheDir: new URL(import.meta.url).pathname });
    await expect(locked.environment("emulator")).rejects.toMatchObject({ code: "CACHE_NOT_WRITABLE" });
  });
});
