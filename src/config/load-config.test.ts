import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { PrefectFargateError } from "#errors";
import { loadConfig } from "./load-config.ts";

let cwd: string;

beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), "prefect-fargate-config-"));
});
afterEach(() => rm(cwd, { recursive: true, force: true }));

const write = (name: string, text: string) => writeFile(join(cwd, name), text);
const load = (file?: string, env: NodeJS.ProcessEnv = {}) => loadConfig({ cwd, file, env });

/** The error as people see it. */
async function failureOf(file?: string): Promise<string> {
  const error = await load(file).then(
    () => new Error("The config was accepted."),
    (error) => error,
  );
  if (!(error instanceof PrefectFargateError)) throw error;
  const { code, message, details, hint } = error;
  return [`${code}: ${message}`, ...details.map((line) => `  ${line}`), ...(hint ? [`→ ${hint}`] : [])].join(
    "\n",
  );
}

describe("finding a config", () => {
  it("takes every default when there is none", async () => {
    const { config, file } = await load();
    expect(file).toBeUndefined();
    expect(Object.keys(config.workers)).toEqual(["dev-worker"]);
  });

  it.each([
    ["prefect-fargate.config.json", '{ "$schema": "./schema.json", "cluster": { "name": "found" } }'],
    ["prefect-fargate.config.js", 'export default { cluster: { name: "found" } };'],
    ["prefect-fargate.config.mjs", 'export default { cluster: { name: "found" } };'],
  ])("finds %s", async (name, text) => {
    await write(name, text);
    const { config, file } = await load();
    expect(file).toBe(join(cwd, name));
    expect(config.cluster.name).toBe("found");
  });

  it("does not look above the folder", async () => {
    await write("prefect-fargate.config.json", '{ "cluster": { "name": "above" } }');
    const below = join(cwd, "below");
    await mkdir(below);
    expect((await loadConfig({ cwd: below, env: {} })).file).toBeUndefined();
  });

  it("refuses to choose between two", async () => {
    await write("prefect-fargate.config.json", "{}");
    await write("prefect-fargate.config.mjs", "export default {};");
    expect(await failureOf()).toMatchInlineSnapshot(`
      "CONFIG_AMBIGUOUS: There is more than one config here: prefect-fargate.config.mjs, prefect-fargate.config.json.
      → Remove all but one, or name one: --config prefect-fargate.config.mjs"
    `);
  });

  it("says so when a config has a name that is not looked for", async () => {
    await write("prefect-fargate.config.yaml", "region: us-east-1");
    expect(await failureOf()).toMatchInlineSnapshot(`
      "CONFIG_MISNAMED: prefect-fargate.config.yaml is not a name under which a config is found.
        It can be prefect-fargate.config.ts, prefect-fargate.config.mts, prefect-fargate.config.js, prefect-fargate.config.mjs or prefect-fargate.config.json.
      → Rename prefect-fargate.config.yaml, for example to prefect-fargate.config.ts"
    `);
  });

  it("suggests the file that was probably meant", async () => {
    await write("staging.json", "{}");
    expect(await failureOf("stagign.json")).toMatchInlineSnapshot(`
      "CONFIG_NOT_FOUND: There is no file stagign.json.
      → Did you mean --config staging.json?"
    `);
  });

  it("does not read a folder", async () => {
    await mkdir(join(cwd, "configs"));
    expect(await failureOf("configs")).toMatchInlineSnapshot(`
      "CONFIG_UNREADABLE: configs is a folder, not a config.
      → Name the file in it: --config configs/prefect-fargate.config.ts"
    `);
  });

  it("does not read other formats", async () => {
    await write("config.yaml", "region: us-east-1");
    expect(await failureOf("config.yaml")).toMatchInlineSnapshot(
      `
      "CONFIG_MISNAMED: config.yaml is not a config: its name ends with neither of .ts, .mts, .js, .mjs or .json.
      → Write it as prefect-fargate.config.ts or prefect-fargate.config.json, or name such a file: --config FILE"
    `,
    );
  });
});

const notJson = (line: number, why?: string): string =>
  [
    `CONFIG_SYNTAX: config.json:${line} is not valid JSON.`,
    ...(why ? [`  ${why}`] : []),
    `→ Correct line ${line} of config.json, or write a prefect-fargate.config.ts instead`,
  ].join("\n");

describe("a config in JSON", () => {
  it.each([
    ["", "CONFIG_SYNTAX: config.json is empty.\n→ Write {} into config.json, or remove it"],
    ['{\n  // region\n  "region": "us-east-1"\n}', notJson(2, "JSON has no comments.")],
    ['{\n  "region": "us-east-1",\n}', notJson(3, "JSON has no comma after the last item.")],
    ['{\n  "region": "us-east-1"\n\n', notJson(2)],
    ["{\n  'region': 1 }", notJson(2, "JSON wants double quotes around names and texts.")],
    ["{\n  region: 1 }", notJson(2, "JSON wants double quotes around names and texts.")],
  ])("%j is told with its line", async (text, failure) => {
    await write("config.json", text);
    expect(await failureOf("config.json")).toBe(failure);
  });

  it("never shows what stands in the file", async () => {
    await write("config.json", '{ "prefect": { "apiKey": canarycanary } }');
    expect(await failureOf("config.json")).not.toContain("canary");
  });

  it("may begin with a byte order mark", async () => {
    await write("config.json", '\uFEFF{ "cluster": { "name": "marked" } }');
    expect((await load("config.json")).config.cluster.name).toBe("marked");
  });

  it("names the file and not its path in problems", async () => {
    await write("config.json", '{ "region": "us-esat-1" }');
    expect(await failureOf("config.json")).toMatchInlineSnapshot(`
      "CONFIG_INVALID: region "us-esat-1" is not an AWS region.
        A region looks like us-east-1 or eu-central-1.
      → Set region: "us-east-1" in config.json"
    `);
  });
});

describe("overrides", () => {
  it("win over the file before defaults are filled in", async () => {
    await write("config.json", '{ "prefect": { "version": 2 }, "network": { "cidrBlock": "10.9.0.0/16" } }');
    const overrides = { prefect: { version: 3 }, network: { kind: "existing" } } as const;
    const { config } = await loadConfig({ cwd, file: "config.json", env: {}, overrides });
    expect(config.workers["dev-worker"]!.image).toBe("prefecthq/prefect:3-latest");
    expect(config.network).toMatchObject({ kind: "existing", assignPublicIp: false });
  });

  it("do not hide what is wrong with the file", async () => {
    await write("config.json", '{ "prefect": "cloud" }');
    const overrides = { prefect: { version: 3 } } as const;
    await expect(loadConfig({ cwd, file: "config.json", env: {}, overrides })).rejects.toThrow(
      'prefect "cloud" is not an object.',
    );
  });
});
