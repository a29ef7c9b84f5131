import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

const FILE = "prefect-fargate.config.ts";

/** Loads the config in a Node of its own: vitest would transform it instead of letting Node run it. */
const PROGRAM = `
  import { loadConfig } from ${JSON.stringify(join(import.meta.dirname, "load-config.ts"))};
  await loadConfig({ cwd: process.cwd(), env: {} }).then(
    ({ config }) => console.log(config.cluster.name),
    ({ code, message, details, hint }) => console.log([code + ": " + message, ...details, "→ " + hint].join("\\n")),
  );`;

let cwd: string;

beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), "prefect-fargate-config-"));
});
afterEach(() => rm(cwd, { recursive: true, force: true }));

const write = (name: string, text: string) => writeFile(join(cwd, name), text);

/** What a user of the config would read: the cluster's name, or the error. */
async function load(program = PROGRAM): Promise<string> {
  const options = ["--disable-warning=ExperimentalWarning", "--input-type=module", "--eval", program];
  const { stdout } = await promisify(execFile)(process.execPath, options, { cwd });
  return stdout.trimEnd();
}

describe("a config in TypeScript", () => {
  it("finds prefect-fargate although nothing is installed beside it", async () => {
    await write(
      FILE,
      'import { defineConfig } from "prefect-fargate";\nexport default defineConfig({ cluster: { name: "typed" as string } });',
    );
    expect(await load()).toBe("typed");
  });

  it("prefers the prefect-fargate that is installed beside it", async () => {
    const installed = join(cwd, "node_modules", "prefect-fargate");
    await mkdir(installed, { recursive: true });
    await writeFile(join(installed, "package.json"), '{ "type": "module", "exports": "./index.js" }');
    await writeFile(
      join(installed, "index.js"),
      'export const defineConfig = () => ({ cluster: { name: "installed" } });',
    );
    await write(FILE, 'import { defineConfig } from "prefect-fargate";\nexport default defineConfig({});');
    expect(await load()).toBe("installed");
  });

  it("is a module and may import others, also beside a package.json for CommonJS", async () => {
    await write("package.json", '{ "type": "commonjs" }');
    await write("names.mts", 'export const name: string = "shared";');
    await write(FILE, 'import { name } from "./names.mts";\nexport default { cluster: { name } };');
    expect(await load()).toBe("shared");
  });

  it("is read anew each time, as in a command that watches it", async () => {
    await write("prefect-fargate.config.mjs", 'export default { cluster: { name: "first" } };');
    const change = 'export default { cluster: { name: "second" } };';
    const rewrite = `import { writeFileSync } from "node:fs";
      writeFileSync("prefect-fargate.config.mjs", ${JSON.stringify(change)});`;
    expect(await load(`${PROGRAM}\n${rewrite}\n${PROGRAM.replace(/^\s*import.*$/m, "")}`)).toBe(
      "first\nsecond",
    );
  });

  it("may wait for its values", async () => {
    await write(
      FILE,
      'const name = await Promise.resolve("late");\nexport default Promise.resolve({ cluster: { name } });',
    );
    expect(await load()).toBe("late");
  });
});

describe("a config that cannot be run", () => {
  it.each([
    ["export default {\n  region: ,\n};", `CONFIG_SYNTAX: ${FILE}:2 is not valid.`],
    ["enum Size {}\nexport default {};", `CONFIG_SYNTAX: ${FILE}:1 cannot be run as it stands.`],
    [
      'import x from "left-pad";\nexport default x;',
      `${FILE} imports left-pad, which does not exist.\n→ Run npm install left-pad`,
    ],
    [
      'import x from "./sizes.ts";\nexport default x;',
      `${FILE} imports sizes.ts, which does not exist.\n→ Correct the import in ${FILE}`,
    ],
    [
      "\nexport default { region: process.env.NOT_SET_ANYWHERE!.trim() };",
      `CONFIG_FAILED: ${FILE}:2 failed. Cannot read properties of undefined (reading 'trim').\n→ Correct ${FILE}:2`,
    ],
    ['throw "pnu_canarycanarycanary";', `CONFIG_FAILED: ${FILE} failed: it threw (hidden).`],
    ['throw new Error("pnu_canarycanarycanary");', `CONFIG_FAILED: ${FILE}:1 failed. (hidden).`],
    [
      "export const config = {};",
      `CONFIG_NO_DEFAULT: ${FILE} has no default export.\nIt exports config.\n→ Write export default defineConfig({ … }) in ${FILE}`,
    ],
    ["", `CONFIG_NO_DEFAULT: ${FILE} has no default export.\nIt exports nothing.`],
    ["export default () => ({});", "CONFIG_INVALID: The config, a function, is not an object."],
  ])("%j is told with file and line", async (text, failure) => {
    await write(FILE, text);
    expect(await load()).toContain(failure);
  });

  it("names the imported file in which it failed", async () => {
    await write("names.ts", "\n\nthrow new Error('no names today');");
    await write(FILE, 'import "./names.ts";\nexport default {};');
    expect(await load()).toBe("CONFIG_FAILED: names.ts:3 failed. no names today.\n→ Correct names.ts:3");
  });

  it("finds the line where JavaScript breaks off, which Node does not say", async () => {
    await write("prefect-fargate.config.mjs", "export default {\n  region: 1\n");
    expect(await load()).toMatch(/^CONFIG_SYNTAX: prefect-fargate\.config\.mjs:\d is not valid\./);
  });

  it("says how to write a module beside a package.json for CommonJS", async () => {
    await write("package.json", '{ "type": "commonjs" }');
    await write("prefect-fargate.config.js", "export default {};");
    expect(await load()).toContain("→ Rename prefect-fargate.config.js so that it ends with .ts or .mjs");
  });
});
