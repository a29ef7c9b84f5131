import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { packagePath } from "#package";
import { startEmulator } from "#rehearsal/emulator.ts";
import { preparePython } from "#rehearsal/python.ts";
import { silentReporter } from "#reporter";
import { openEmulator } from "../helpers/emulator.ts";

const run = promisify(execFile);
let root: string;
let python: string;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "prefect-fargate-emulator-process-"));
  python = (await (await preparePython(silentReporter)).environment("emulator")).python;
});
afterAll(() => rm(root, { recursive: true, force: true }));

const alive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

const ends = async (pid: number): Promise<boolean> => {
  for (let waited = 0; waited < 10_000 && alive(pid); waited += 50) await sleep(50);
  return !alive(pid);
};

/** A Python in which ministack says that it is another version. */
async function otherMinistack(version: string): Promise<Record<string, string>> {
  const info = join(root, version, `ministack-${version}.dist-info`);
  await mkdir(info, { recursive: true });
  await writeFile(join(info, "METADATA"), `Metadata-Version: 2.1\nName: ministack\nVersion: ${version}\n`);
  return { PYTHONPATH: join(root, version) };
}

describe("the emulator's process", () => {
  it("tells who it is, listens on loopback only, and leaves no process when it is stopped", async () => {
    const emulator = await openEmulator();
    const identity = await (await fetch(`${emulator.url}/_prefect_fargate/identity`)).json();
    expect(identity).toEqual({
      instanceId: emulator.instanceId,
      pid: emulator.pid,
      ministack: "1.5.33",
      authorize: false,
    });
    expect(new URL(emulator.url).hostname).toBe("127.0.0.1");
    expect((await readdir(emulator.dir)).toSorted()).toEqual(["aws-config", "emulator.log"]);
    await emulator.close();
    expect(alive(emulator.pid)).toBe(false);
    expect(await emulator.exited).toMatchObject({ code: 0 });
  });

  it("does not stand in the way of its sources: nothing compiled lies beside them", async () => {
    const { stdout } = await run("find", [packagePath("emulator"), "-name", "__pycache__"]);
    expect(stdout).toBe("");
  });

  it("refuses to start on any other ministack", async () => {
    const env = await otherMinistack("1.5.34");
    const start = startEmulator({ python, dir: join(root, "other"), reporter: silentReporter, env });
    await expect(start).rejects.toMatchObject({
      code: "EMULATOR_DIED",
      details: ["ministack is 1.5.34; this extension works with 1.5.33 only."],
    });
  });

  it("refuses to start when a name it reaches for is missing", async () => {
    const patched = join(root, "patched", "sitecustomize.py");
    await mkdir(join(root, "patched"));
    await writeFile(patched, "from ministack.services import ecs\ndel ecs._resolve_task\n");
    const env = { PYTHONPATH: join(root, "patched") };
    const start = startEmulator({ python, dir: join(root, "missing"), reporter: silentReporter, env });
    await expect(start).rejects.toMatchObject({
      code: "EMULATOR_DIED",
      details: [expect.stringContaining("lacks ministack.services.ecs._resolve_task")],
    });
  });

  it("says that its port is taken", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    const { port } = other.address() as { port: number };
    try {
      await expect(openEmulator({ port })).rejects.toMatchObject({
        code: "EMULATOR_PORT_TAKEN",
        message: `Port ${port} of 127.0.0.1 cannot be used: Address already in use.`,
      });
    } finally {
      other.close();
    }
  });

  it("ends when whoever started it is killed", async () => {
    const program = `
      import { openEmulator } from ${JSON.stringify(packagePath("test", "helpers", "emulator.ts"))};
      const emulator = await openEmulator();
      console.log(JSON.stringify({ pid: emulator.pid, dir: emulator.dir }));
      setInterval(() => {}, 1000);
    `;
    const starter = spawn(process.execPath, ["--input-type=module-typescript", "--eval", program], {
      stdio: ["ignore", "pipe", "inherit"],
      cwd: packagePath(),
    });
    const [line] = await once(starter.stdout, "data");
    const { pid, dir } = JSON.parse(`${line}`) as { pid: number; dir: string };
    expect(alive(pid)).toBe(true);
    starter.kill("SIGKILL");
    expect(await ends(pid)).toBe(true);
    await rm(dir, { recursive: true });
  });
});
