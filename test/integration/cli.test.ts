import { spawn } from "node:child_process";
import { once } from "node:events";
import { cp, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { packagePath } from "#package";
import { runBinary, runScript } from "../helpers/binary.ts";

const MAIN = packagePath("src", "cli", "main.ts");
const CONFIGS = packagePath("test", "fixtures", "configs");

let cwd: string;

beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), "prefect-fargate-binary-"));
});
afterEach(() => rm(cwd, { recursive: true, force: true }));

const cli = (...args: string[]) => runBinary(args, { cwd });
const shell = (script: string) => runScript(script, { cwd });
const write = (name: string, text: string) => writeFile(join(cwd, name), text);

describe("the configs of the documentation", () => {
  it.each(["prefect-3", "existing-vpc", "self-hosted", "two-workers", "json"])(
    "%s is valid",
    async (scenario) => {
      await cp(join(CONFIGS, scenario), cwd, { recursive: true });
      const { stdout, stderr, status } = await cli("validate");
      expect({ stderr, status }).toEqual({
        stderr: scenario === "json" ? expect.stringMatching(/^Warning: /) : "",
        status: 0,
      });
      expect(stdout).toMatch(/^prefect-fargate\.config\.(ts|json) is valid\.\n/);
    },
  );

  it.each(["prefect-3", "existing-vpc", "two-workers"])("%s gives Terraform", async (scenario) => {
    await cp(join(CONFIGS, scenario), cwd, { recursive: true });
    const { stdout, status } = await cli("synth", "--out", "out", "--json");
    expect(status).toBe(0);
    const { folder, files, modules } = JSON.parse(stdout);
    expect(await readdir(folder)).toEqual(expect.arrayContaining([...files, "modules"]));
    expect((await readdir(join(folder, "modules"))).sort()).toEqual(modules);
  });
});

describe("pipes", () => {
  it("a reader that has had enough is no error", async () => {
    const { stderr, status } = await shell("CLI validate --json | true");
    expect(stderr).toMatch(/^(Warning: .*\n)?$/);
    expect(status).toBe(0);
  });

  it("stdout carries nothing but JSON with --json, also when something fails", async () => {
    const { stdout } = await shell("CLI validate --json 2>/dev/null");
    expect(JSON.parse(stdout).valid).toBe(true);
    await write("prefect-fargate.config.json", "{");
    const failed = await shell("CLI validate --json 2>/dev/null");
    expect(JSON.parse(failed.stdout).error.code).toBe("CONFIG_SYNTAX");
    expect(failed.status).toBe(1);
  });

  it("what a config prints does not end up in the result", async () => {
    await write("prefect-fargate.config.mjs", "console.log('looking around');\nexport default {};");
    const { stdout, stderr } = await cli("validate", "--json");
    expect(JSON.parse(stdout).valid).toBe(true);
    expect(stderr).toContain("looking around");
  });
});

describe("Ctrl-C", () => {
  it("ends a command that has nothing to take down, with the status that shells expect", async () => {
    await write(
      "prefect-fargate.config.mjs",
      "console.error('ready');\nawait new Promise((resolve) => setTimeout(resolve, 60_000));\nexport default {};",
    );
    const child = spawn(process.execPath, [MAIN, "validate"], { cwd, stdio: ["ignore", "ignore", "pipe"] });
    await once(child.stderr, "data");
    child.kill("SIGINT");
    expect(await once(child, "exit")).toEqual([130, null]);
  });
});
