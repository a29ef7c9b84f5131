import { chmod, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { findTerraform } from "#engine/find-terraform.ts";
import { findPython } from "#rehearsal/find-python.ts";
import { runBinary, runScript } from "../helpers/binary.ts";
import { type ExpectedFailure, expectFailure } from "../helpers/expect-ending.ts";

/** What people give it, and what their machines lack, as far as nothing needs to be started to notice. */
let cwd: string;
beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), "prefect-fargate-bad-input-"));
});
afterEach(() => rm(cwd, { recursive: true, force: true }));

const cli = (...args: string[]) => runBinary(args, { cwd });
const write = (name: string, text: string) => writeFile(join(cwd, name), text);
const json = (config: unknown) => JSON.stringify(config);
/** The folder holds what the test put there and nothing else: nothing was half done. */
const expectOnly = async (...names: string[]) => expect((await readdir(cwd)).sort()).toEqual(names.sort());

type ConfigCase = readonly [name: string, file: string, text: string, expected: ExpectedFailure];
const TS = "prefect-fargate.config.ts";
const MJS = "prefect-fargate.config.mjs";
const JSON_FILE = "prefect-fargate.config.json";
const invalid = (says: string | RegExp, hint: string | RegExp): ExpectedFailure => ({
  code: "CONFIG_INVALID",
  says,
  hint,
});
const oneWorker = (worker: object) => json({ workers: { a: worker } });

describe.each<readonly [string, readonly ConfigCase[]]>([
  [
    "unreadable",
    [
      [
        "broken TypeScript",
        TS,
        "export default {,}",
        { code: "CONFIG_SYNTAX", says: TS, hint: /line|Correct/ },
      ],
      [
        "TypeScript that Node cannot strip",
        TS,
        "enum A {}\nexport default {};",
        { code: "CONFIG_SYNTAX", says: "enum", hint: "" },
      ],
      ["broken JavaScript", MJS, "export default {", { code: "CONFIG_SYNTAX", says: MJS, hint: "" }],
      ["broken JSON", JSON_FILE, '{ "region": }', { code: "CONFIG_SYNTAX", says: JSON_FILE, hint: "" }],
      ["an empty JSON file", JSON_FILE, "", { code: "CONFIG_SYNTAX", says: JSON_FILE, hint: "" }],
      [
        "bytes that are no text",
        JSON_FILE,
        "\u0000\u0001\uFFFD",
        { code: "CONFIG_SYNTAX", says: JSON_FILE, hint: "" },
      ],
      ["an import of nothing", TS, 'import "./no.ts";', { code: "CONFIG_IMPORT", says: "no.ts", hint: "" }],
      ["an exception", TS, "throw new Error('no');", { code: "CONFIG_FAILED", says: "no", hint: "" }],
      [
        "no default export",
        TS,
        "export const a = 1;",
        { code: "CONFIG_NO_DEFAULT", says: TS, hint: "export default" },
      ],
      [
        "a format that is not read",
        "prefect-fargate.config.yaml",
        "region: us-east-1",
        { code: "CONFIG_MISNAMED", says: "yaml", hint: "" },
      ],
    ],
  ],
  [
    "mistyped",
    [
      ["a misspelt field", JSON_FILE, json({ regoin: "us-east-1" }), invalid("regoin", "region")],
      [
        "a misspelt field of a worker",
        JSON_FILE,
        oneWorker({ memoryMib: 1024 }),
        invalid("memoryMib", "memoryMiB"),
      ],
      [
        "a text for a number",
        JSON_FILE,
        oneWorker({ cpu: "512" }),
        invalid(/cpu "512" is not a number\.\n.*workers\.a\.cpu/, "Set cpu: 512"),
      ],
      [
        "a number for a text",
        JSON_FILE,
        oneWorker({ workPool: 7 }),
        invalid("workPool 7", 'Set workPool: "7"'),
      ],
      [
        "a misspelt region",
        JSON_FILE,
        json({ region: "us-esat-1" }),
        invalid('region "us-esat-1"', "us-east-1"),
      ],
      ["a function", TS, "export default () => ({});", invalid("The config", "")],
      ["a list", JSON_FILE, "[]", invalid("The config", "")],
    ],
  ],
  [
    "contradictory",
    [
      [
        "an image of the other major",
        JSON_FILE,
        oneWorker({ image: "prefecthq/prefect:3-latest" }),
        invalid("prefecthq/prefect:3-latest", ""),
      ],
      [
        "an integration of the other major",
        JSON_FILE,
        oneWorker({ extraPipPackages: ["prefect-aws==0.7.12"] }),
        invalid("prefect-aws==0.7.12", ""),
      ],
      [
        "an API address and an account of Prefect Cloud",
        JSON_FILE,
        json({
          prefect: { apiUrl: "http://10.0.0.1:4200/api", accountId: "11111111-1111-4111-8111-111111111111" },
        }),
        invalid("prefect", ""),
      ],
      [
        "a variable that the tool itself sets",
        JSON_FILE,
        oneWorker({ environment: { PREFECT_API_KEY: "x" } }),
        invalid("PREFECT_API_KEY", ""),
      ],
    ],
  ],
  [
    "impossible",
    [
      [
        "memory that Fargate does not offer",
        JSON_FILE,
        oneWorker({ memoryMiB: 9000 }),
        invalid("memoryMiB 9000", ""),
      ],
      [
        "a CPU that Fargate does not offer",
        JSON_FILE,
        oneWorker({ cpu: 300 }),
        invalid("cpu 300", "Set cpu: 512"),
      ],
      [
        "a network too small for its subnets",
        JSON_FILE,
        json({ network: { cidrBlock: "10.0.0.0/29" } }),
        invalid("10.0.0.0/29", ""),
      ],
      [
        "a range that starts within a network",
        JSON_FILE,
        json({ network: { cidrBlock: "10.0.0.1/16" } }),
        invalid("10.0.0.1/16", "10.0.0.0/16"),
      ],
      [
        "a stop timeout beyond Fargate's",
        JSON_FILE,
        oneWorker({ stopTimeoutSeconds: 600 }),
        invalid("stopTimeoutSeconds 600", "120"),
      ],
      [
        "an account that is no UUID",
        JSON_FILE,
        json({ prefect: { accountId: "acme" } }),
        invalid('accountId "acme"', ""),
      ],
    ],
  ],
])("a config that is %s", (_, cases) => {
  it.each(cases)("%s", async (_name, file, text, expected) => {
    await write(file, text);
    expectFailure(await cli("synth", "--out", "out"), expected);
    await expectOnly(file);
  });
});

describe("a config that is not there", () => {
  it.each<[string, string, ExpectedFailure]>([
    [
      "at all",
      "nope.ts",
      { code: "CONFIG_NOT_FOUND", says: "There is no file nope.ts.", hint: "prefect-fargate init" },
    ],
    [
      "by a misspelt name",
      "stagign.json",
      { code: "CONFIG_NOT_FOUND", says: "stagign.json", hint: "--config staging.json" },
    ],
    ["but is a folder", ".", { code: "CONFIG_UNREADABLE", says: ". is a folder", hint: `--config ${TS}` }],
  ])("%s", async (_, name, expected) => {
    await write("staging.json", "{}");
    expectFailure(await cli("validate", "--config", name), expected);
  });

  it("a config that waits for ever is noticed", async () => {
    await write(MJS, "await new Promise(() => {});\nexport default {};");
    expectFailure(await cli("validate"), { code: "UNSETTLED", says: "", hint: "" });
  });

  it("a wrong region in the environment is blamed on the environment", async () => {
    expectFailure(
      await runBinary(["validate"], { cwd, env: { AWS_REGION: "us-esat-1" } }),
      invalid('AWS_REGION "us-esat-1" is not an AWS region.', ""),
    );
  });
});

describe("a command line", () => {
  it.each<[string, string, string]>([
    ["valdate", "Unknown command 'valdate'.", "Did you mean validate?"],
    ["help rehers", "Unknown command 'rehers'.", ""],
    ["rehearse --prefct 3", "Unknown option '--prefct'.", "Did you mean --prefect?"],
    ["rehearse --prefect 4", "Allowed choices are 2, 3.", "prefect-fargate rehearse --help"],
    ["rehearse --flow flows.py", "as in flows.py:nightly", "prefect-fargate rehearse --help"],
    ["validate --jsn", "Unknown option '--jsn'.", "Did you mean --json?"],
    ["validate extra", "Too many arguments", "prefect-fargate validate --help"],
    ["synth", "Required option '--out <folder>'", "prefect-fargate synth --help"],
  ])("%s has status 2", async (line, says, hint) => {
    expectFailure(await cli(...line.split(" ")), { code: "USAGE", says, hint, status: 2 });
    await expectOnly();
  });
});

/** A folder for the PATH with just these programs in it: real ones by their path, others by their text. */
async function programs(contents: Readonly<Record<string, string>>): Promise<string> {
  const folder = join(cwd, "programs");
  await mkdir(folder);
  for (const [name, content] of Object.entries(contents)) {
    const file = join(folder, name);
    if (content.startsWith("/")) await symlink(content, file);
    else await writeFile(file, `#!/bin/sh\n${content}\n`);
    await chmod(file, 0o755);
  }
  return folder;
}

describe("a machine", () => {
  const real = async () => ({ terraform: (await findTerraform()).path, python3: (await findPython()).path });
  /** An answer of `python -c` to the question what it is. */
  const python = (version: string, minor: string) =>
    `echo '{"path":"/usr/bin/python","version":"${version}","platform":"linux-x86_64","minor":[3,${minor}]}'`;
  const terraform = (version: string) => `echo '{"terraform_version":"${version}"}'`;
  const rehearse = (env: NodeJS.ProcessEnv) =>
    runBinary(["rehearse"], {
      cwd,
      env: { HOME: cwd, PREFECT_FARGATE_CACHE_DIR: join(cwd, "cache"), ...env },
    });
  /** Neither a rehearsal nor an environment has been begun. */
  const expectNothingBegun = async () =>
    expect(await readdir(join(cwd, "cache")).catch(() => [])).not.toContainEqual(
      expect.stringMatching(/rehearsals|emulator|prefect/),
    );

  it.each<[string, Record<string, string>, NodeJS.ProcessEnv, ExpectedFailure]>([
    [
      "without Python",
      {},
      {},
      {
        code: "PYTHON_MISSING",
        says: "There is no Python on the PATH.",
        hint: "Install Python 3.10 to 3.13",
      },
    ],
    [
      "where another Python is named, which is none",
      {},
      { PREFECT_FARGATE_PYTHON: "/nowhere/python" },
      { code: "PYTHON_MISSING", says: "PREFECT_FARGATE_PYTHON is /nowhere/python", hint: "unset it" },
    ],
    [
      "whose Python is too old",
      { python3: python("3.8.20", "8") },
      {},
      {
        code: "PYTHON_TOO_OLD",
        says: "Python 3.8.20; the rehearsal needs 3.10 to 3.13",
        hint: "PREFECT_FARGATE_PYTHON=",
      },
    ],
    [
      "whose Python is too new",
      { python3: python("3.15.0", "15") },
      {},
      { code: "PYTHON_TOO_NEW", says: "Python 3.15.0", hint: "PREFECT_FARGATE_PYTHON=" },
    ],
    [
      "whose Python only pretends to be one",
      { python3: "echo Install me from the store" },
      {},
      { code: "PYTHON_MISSING", says: "There is no Python", hint: "Install Python" },
    ],
  ])("%s", async (_, extra, env, expected) => {
    const PATH = await programs({ terraform: (await real()).terraform, ...extra });
    expectFailure(await rehearse({ PATH, ...env }), expected);
    await expectNothingBegun();
  });

  it.each<[string, Record<string, string>, NodeJS.ProcessEnv, ExpectedFailure]>([
    [
      "without Terraform, which cannot be fetched",
      {},
      { PREFECT_FARGATE_RELEASES_URL: "http://127.0.0.1:9" },
      {
        code: "TERRAFORM_MISSING",
        says: "127.0.0.1:9 refuses the connection",
        hint: "Install Terraform 1.11 or newer",
      },
    ],
    [
      "where another Terraform is named, which is none",
      {},
      { PREFECT_FARGATE_TERRAFORM: "/nowhere/terraform" },
      {
        code: "TERRAFORM_MISSING",
        says: 'names "/nowhere/terraform"',
        hint: "unset PREFECT_FARGATE_TERRAFORM",
      },
    ],
    [
      "whose Terraform is too old",
      { terraform: terraform("1.5.7") },
      {},
      {
        code: "TERRAFORM_TOO_OLD",
        says: "is Terraform 1.5.7; 1.11.0 or newer is needed",
        hint: "Install Terraform 1.11",
      },
    ],
    [
      "whose OpenTofu is too old",
      { tofu: terraform("1.10.6") },
      {},
      {
        code: "TERRAFORM_TOO_OLD",
        says: "is OpenTofu 1.10.6; 1.11.0 or newer is needed",
        hint: "OpenTofu 1.11",
      },
    ],
    [
      "whose Terraform is broken",
      { terraform: "echo no licence >&2; exit 3" },
      {},
      { code: "TERRAFORM_BROKEN", says: "no licence", hint: "version` yourself" },
    ],
  ])("%s", async (_, extra, env, expected) => {
    const PATH = await programs({ python3: (await real()).python3, ...extra });
    expectFailure(await rehearse({ PATH, ...env }), expected);
    await expectNothingBegun();
  });

  it("that fetches something else for Terraform throws it away", async () => {
    const server = createServer((_, response) => response.end("a login page"));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const PATH = await programs({ python3: (await real()).python3 });
    const run = await rehearse({ PATH, PREFECT_FARGATE_RELEASES_URL: `http://127.0.0.1:${port}` });
    server.close();
    expectFailure(run, {
      code: "TERRAFORM_CHECKSUM_WRONG",
      says: "its checksum is wrong, so it was thrown away",
      hint: "Install Terraform",
    });
    expect(await readdir(join(cwd, "cache", "terraform"))).toEqual([]);
  });

  it.each<[string, string, string, ExpectedFailure]>([
    [
      "synth",
      "ulimit -f 1",
      "synth --out out",
      { code: "NO_SPACE", says: "cannot be written", hint: "ulimit -f" },
    ],
    [
      "init",
      "ulimit -f 0",
      "init --yes --api-url http://10.0.0.1:4200/api",
      { code: "NO_SPACE", says: "cannot be written", hint: "ulimit -f" },
    ],
    [
      "rehearse",
      "ulimit -f 2000",
      "rehearse",
      { code: "NO_SPACE", says: "There is no room left to write in", hint: "ulimit -f" },
    ],
  ])("with no space left: %s", async (_, limit, command, expected) => {
    const env = { HOME: cwd, PREFECT_FARGATE_CACHE_DIR: join(cwd, "cache") };
    expectFailure(await runScript(`${limit}; CLI ${command}`, { cwd, env }), expected);
    await expectNothingBegun();
  });

  const nobody = process.getuid?.() === 0 ? 65_534 : undefined;
  it.runIf(process.platform === "linux").each<[string, string[], ExpectedFailure]>([
    [
      "synth into a folder of others",
      ["synth", "--out", "/sys/prefect-fargate"],
      { code: "NO_PERMISSION", says: "/sys/prefect-fargate", hint: "choose another folder" },
    ],
    [
      "rehearse with a cache of others",
      ["rehearse"],
      {
        code: "CACHE_NOT_WRITABLE",
        says: "/sys/prefect-fargate cannot be made",
        hint: "PREFECT_FARGATE_CACHE_DIR",
      },
    ],
    [
      "init in a folder of others",
      ["init", "--yes", "--api-url", "http://10.0.0.1:4200/api"],
      { code: "NO_PERMISSION", says: cwd, hint: "Give yourself access" },
    ],
    [
      "validate with a config of others",
      ["validate", "--config", "secret.json"],
      {
        code: "CONFIG_UNREADABLE",
        says: "secret.json cannot be read: this user may not.",
        hint: "chmod u+r secret.json",
      },
    ],
  ])("without permission: %s", async (_, args, expected) => {
    await write("secret.json", "{}");
    await chmod(join(cwd, "secret.json"), 0o000);
    await chmod(cwd, 0o555);
    const env = { HOME: cwd, PREFECT_FARGATE_CACHE_DIR: "/sys/prefect-fargate" };
    expectFailure(await runBinary(args, { cwd, env, uid: nobody }), expected);
    await chmod(cwd, 0o755);
    await expectOnly("secret.json");
  });

  it("where a file is in the way of a folder", async () => {
    await write("out", "in the way");
    expectFailure(await cli("synth", "--out", "out/deeper"), {
      code: "NOT_A_FOLDER",
      says: "a part of its path is a file",
      hint: "",
    });
  });
});

describe("a flow that", () => {
  it.each<[string, string, ExpectedFailure]>([
    [
      "is in no file",
      "nope.py:nightly",
      { code: "FLOW_FILE_MISSING", says: "There is no file nope.py", hint: "--flow flows.py:nightly" },
    ],
    [
      "is in a folder",
      "folder.py:nightly",
      { code: "FLOW_FILE_MISSING", says: "folder.py", hint: "--flow flows.py:nightly" },
    ],
  ])("%s", async (_, flow, expected) => {
    await mkdir(join(cwd, "folder.py"));
    expectFailure(await cli("rehearse", "--flow", flow), expected);
  });
});
