import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { cp, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { packagePath } from "#package";

const MAIN = packagePath("src", "cli", "main.ts");
const CONFIGS = packagePath("test", "fixtures", "configs");

let cwd: string;

beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), "prefect-fargate-binary-"));
});
afterEach(() => rm(cwd, { recursive: true, force: true }));

interface Run {
  readonly stdout: string;
  readonly stderr: string;
  readonly status: number;
}

/** Runs a command as a shell would, with nothing of the tests' own environment but the path. */
function run(command: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Run> {
  return new Promise((resolve) => {
    const child = execFile(
      command,
      args,
      { cwd, env: { PATH: process.env.PATH, ...env } },
      (_, stdout, stderr) => resolve({ stdout, stderr, status: child.exitCode ?? -1 }),
    );
  });
}

const cli = (...args: string[]) => run(process.execPath, [MAIN, ...args]);
const shell = (script: string) =>
  run("/bin/sh", ["-c", script.replaceAll("CLI", `'${process.execPath}' '${MAIN}'`)]);
const write = (name: string, text: string) => writeFile(join(cwd, name), text);

/** No stack trace, no path of Node's own, a hint, and nothing on stdout. */
function expectSentence({ stdout, stderr, status }: Run, code: string, expectedStatus = 1): void {
  expect(stderr).toMatch(new RegExp(`^(Warning: .*\n)*${code}: `));
  expect(stderr).toMatch(/\n→ .+\n$/);
  expect(stderr).not.toMatch(/\n\s+at |node:internal|ExperimentalWarning/);
  expect({ stdout, status }).toEqual({ stdout: "", status: expectedStatus });
}

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

describe("bad input", () => {
  it.each<[string, string, string, string]>([
    ["broken TypeScript", "prefect-fargate.config.ts", "export default {,}", "CONFIG_SYNTAX"],
    [
      "TypeScript that Node cannot strip",
      "prefect-fargate.config.ts",
      "enum A {}\nexport default {};",
      "CONFIG_SYNTAX",
    ],
    ["broken JavaScript", "prefect-fargate.config.mjs", "export default {", "CONFIG_SYNTAX"],
    ["broken JSON", "prefect-fargate.config.json", '{ "region": }', "CONFIG_SYNTAX"],
    ["an empty JSON file", "prefect-fargate.config.json", "", "CONFIG_SYNTAX"],
    ["bytes that are no text", "prefect-fargate.config.json", "\u0000\u0001\uFFFD", "CONFIG_SYNTAX"],
    ["an import of nothing", "prefect-fargate.config.ts", 'import "./no.ts";', "CONFIG_IMPORT"],
    ["an exception", "prefect-fargate.config.ts", "throw new Error('no');", "CONFIG_FAILED"],
    ["no default export", "prefect-fargate.config.ts", "export const a = 1;", "CONFIG_NO_DEFAULT"],
    ["a function", "prefect-fargate.config.ts", "export default () => ({});", "CONFIG_INVALID"],
    ["a mistyped field", "prefect-fargate.config.json", '{ "regoin": "us-east-1" }', "CONFIG_INVALID"],
    [
      "a wrong type",
      "prefect-fargate.config.json",
      '{ "workers": { "a": { "cpu": "512" } } }',
      "CONFIG_INVALID",
    ],
    [
      "an impossible size",
      "prefect-fargate.config.json",
      '{ "workers": { "a": { "memoryMiB": 9000 } } }',
      "CONFIG_INVALID",
    ],
    [
      "a contradiction",
      "prefect-fargate.config.json",
      '{ "workers": { "a": { "image": "prefecthq/prefect:3-latest" } } }',
      "CONFIG_INVALID",
    ],
    ["a format that is not read", "prefect-fargate.config.yaml", "region: us-east-1", "CONFIG_MISNAMED"],
  ])("%s is one sentence and a hint", async (_, name, text, code) => {
    await write(name, text);
    expectSentence(await cli("synth", "--out", "out"), code);
    expect((await readdir(cwd)).filter((entry) => entry === "out")).toEqual([]);
  });

  it("a config that waits for ever is noticed", async () => {
    await write("prefect-fargate.config.mjs", "await new Promise(() => {});\nexport default {};");
    expectSentence(await cli("validate"), "UNSETTLED");
  });

  it("a wrong region in the environment is blamed on the environment", async () => {
    const result = await run(process.execPath, [MAIN, "validate"], { AWS_REGION: "us-esat-1" });
    expectSentence(result, "CONFIG_INVALID");
    expect(result.stderr).toContain('AWS_REGION "us-esat-1" is not an AWS region.');
  });

  it("an unknown command has status 2 and a suggestion", async () => {
    const result = await cli("valdate");
    expectSentence(result, "USAGE", 2);
    expect(result.stderr).toContain("→ Did you mean validate?");
  });
});

describe("a system that refuses", () => {
  it("no space for a file", async () => {
    const result = await shell("ulimit -f 1; CLI synth --out out");
    expectSentence(result, "NO_SPACE");
  });

  it.runIf(process.platform === "linux")("no permission for the folder", async () => {
    // Where not even root may make a folder.
    expectSentence(await cli("synth", "--out", "/sys/prefect-fargate"), "NO_PERMISSION");
  });

  it("a file where the folder should be", async () => {
    await write("out", "in the way");
    expectSentence(await cli("synth", "--out", "out/deeper"), "NOT_A_FOLDER");
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
