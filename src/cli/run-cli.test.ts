import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { packageVersion } from "#package";
import { runCli } from "../../test/helpers/run-cli.ts";

let cwd: string;

beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), "prefect-fargate-cli-"));
});
afterEach(() => rm(cwd, { recursive: true, force: true }));

const write = (name: string, text: string) => writeFile(join(cwd, name), text);
const cli = (...argv: string[]) => runCli(argv, { cwd });

describe("help", () => {
  it("lists the commands", async () => {
    const { stdout, stderr, status } = await cli("--help");
    expect(stdout).toMatchInlineSnapshot(`
      "Usage: prefect-fargate [options] [command]

      A Prefect worker that is ONLINE on AWS ECS Fargate, in your own account.

      Options:
        -V, --version                  print the version
        -h, --help                     show this help

      Commands:
        init [options]                 write a config and a first flow
        doctor [options]               check everything a deploy needs, before anything is created
        bootstrap [options]            make the state's bucket and a pipeline's roles, and move the state
        plan [options]                 show what a deploy would change, and what it costs a month
        deploy [options]               make the config real, and wait until the worker is ONLINE
        status [options]               show on one screen how the system is
        rotate-key [options]           put a new Prefect API key in place, without losing a run
        upgrade [options]              go from Prefect 2 to Prefect 3, with a way back
        logs [options] [name]          show what the worker or a flow run wrote
        run [options] [deployment]     start a flow run and follow it to its end
        exec [options] [name]          open a shell in a worker's or a service's task
        destroy [options]              remove the system from AWS
        rehearse [options]             run the whole system on this machine, without an AWS account
        validate [options]             check the config and show what it comes to
        synth [options]                write the Terraform that the config asks for
        export [options]               write the system as Terraform that is yours to keep
        wire [options]                 put what Terraform applied into the work pool
        pipeline [options] <provider>  write a CI/CD pipeline that needs no stored AWS keys
        image [options] <action>       build a worker's image with the AWS integration in it
        completion [options] <shell>   print what makes your shell complete commands and options
        help [command]                 show the help of a command

      Examples:
        Try all of it on this machine, without an AWS account:
          $ prefect-fargate rehearse
        Write a config and a first flow:
          $ prefect-fargate init
        See what it would make and what that costs, then make it:
          $ prefect-fargate deploy
      "
    `);
    expect({ stderr, status }).toEqual({ stderr: "", status: 0 });
  });

  it("is what no arguments at all give", async () => {
    expect(await cli()).toEqual(await cli("--help"));
  });

  it("of rehearse", async () =>
    expect((await cli("rehearse", "--help")).stdout).toMatchInlineSnapshot(`
      "Usage: prefect-fargate rehearse [options]

      Applies your config with real Terraform to an emulated AWS, starts a real Prefect server and your
      worker, waits until the worker is ONLINE, runs a flow as a Fargate task, shows that it Completed,
      and takes everything down again.

      Options:
        --prefect <major>   major version of Prefect, instead of the config's (choices: "2", "3")
        --flow <file:name>  flow to run, instead of a built-in one
        --existing-vpc      use the emulated region's default VPC: the same worker, in half the time
        --keep              leave it up until Ctrl-C
        --config <file>     config to use instead of prefect-fargate.config.{ts,mts,js,mjs,json} here
        --env <name>        which of the config's environments, such as dev or prod
        --json              print one JSON document on stdout, also for an error
        --debug             show the stack trace of a failure
        -h, --help          show this help

      Examples:
        Rehearse the config in this folder, or the defaults:
          $ prefect-fargate rehearse
        Rehearse with Prefect 3 and a flow of your own:
          $ prefect-fargate rehearse --prefect 3 --flow flows.py:nightly
        Keep it up and look around in Prefect's pages:
          $ prefect-fargate rehearse --keep
      "
    `));
  it("of validate", async () =>
    expect((await cli("help", "validate")).stdout).toMatchInlineSnapshot(`
      "Usage: prefect-fargate validate [options]

      Checks the config without touching AWS or Prefect and shows every problem at once. With --json it
      prints the config with all defaults filled in.

      Options:
        --config <file>  config to use instead of prefect-fargate.config.{ts,mts,js,mjs,json} here
        --env <name>     which of the config's environments, such as dev or prod
        --json           print one JSON document on stdout, also for an error
        --debug          show the stack trace of a failure
        -h, --help       show this help

      Examples:
        Check the config in this folder:
          $ prefect-fargate validate
        See every default that applies:
          $ prefect-fargate validate --json
      "
    `));
  it("of synth", async () =>
    expect((await cli("synth", "-h")).stdout).toMatchInlineSnapshot(`
      "Usage: prefect-fargate synth [options]

      Writes a Terraform root, one page of module calls, and the modules it calls. What is in the folder
      besides (state, lock file, overrides) stays as it is.

      Options:
        --out <folder>   folder to write into; it is created where it is missing
        --config <file>  config to use instead of prefect-fargate.config.{ts,mts,js,mjs,json} here
        --env <name>     which of the config's environments, such as dev or prod
        --json           print one JSON document on stdout, also for an error
        --debug          show the stack trace of a failure
        -h, --help       show this help

      Examples:
        Write the Terraform into ./infrastructure:
          $ prefect-fargate synth --out infrastructure
        Write it from another config:
          $ prefect-fargate synth --out staging --config staging.config.ts
      "
    `));

  it("says the version", async () => {
    expect(await cli("--version")).toEqual({ stdout: `${packageVersion}\n`, stderr: "", status: 0 });
  });
});

describe("a wrong command line", () => {
  it.each([
    [["rehers"], "USAGE: Unknown command 'rehers'.\n→ Did you mean rehearse?\n"],
    [["launch"], "USAGE: Unknown command 'launch'.\n→ See what can be typed: prefect-fargate --help\n"],
    [
      ["help", "launch"],
      "USAGE: Unknown command 'launch'.\n→ See what can be typed: prefect-fargate --help\n",
    ],
    [["rehearse", "--prefct", "3"], "USAGE: Unknown option '--prefct'.\n→ Did you mean --prefect?\n"],
    [["--nope"], "USAGE: Unknown option '--nope'.\n→ See what can be typed: prefect-fargate --help\n"],
    [
      ["synth"],
      "USAGE: Required option '--out <folder>' not specified.\n→ See what can be typed: prefect-fargate synth --help\n",
    ],
    [
      ["synth", "--out"],
      "USAGE: Option '--out <folder>' argument missing.\n→ See what can be typed: prefect-fargate synth --help\n",
    ],
    [
      ["rehearse", "--prefect", "4"],
      "USAGE: Option '--prefect <major>' argument '4' is invalid. Allowed choices are 2, 3.\n→ See what can be typed: prefect-fargate rehearse --help\n",
    ],
    [
      ["rehearse", "--flow", "flows.py"],
      "USAGE: Option '--flow <file:name>' argument 'flows.py' is invalid. Write the file and the flow function in it, as in flows.py:nightly.\n" +
        "→ See what can be typed: prefect-fargate rehearse --help\n",
    ],
    [
      ["validate", "extra"],
      "USAGE: Too many arguments for 'validate'. Expected 0 arguments but got 1: extra.\n→ See what can be typed: prefect-fargate validate --help\n",
    ],
  ])("%j gives status 2 and what to type", async (argv, stderr) => {
    expect(await cli(...argv)).toEqual({ stdout: "", stderr, status: 2 });
  });
});

describe("validate", () => {
  it("shows what the defaults come to", async () => {
    const { stdout, stderr, status } = await cli("validate");
    expect(stdout).toMatchInlineSnapshot(`
      "There is no config here, so every default holds.

        Prefect   2, https://api.prefect.cloud/api
        region    us-east-1
        network   new VPC prefect-ecs-vpc 10.0.0.0/16 across 3 zones
        cluster   prefect-cluster
        worker    dev-worker in ecs-work-pool: 1 × 0.5 vCPU, 1024 MiB

      Next: prefect-fargate rehearse, which runs all of it on this machine without an AWS account.
      "
    `);
    expect(stderr).toMatchInlineSnapshot(`
      "Warning: prefect.accountId and prefect.workspaceId are missing: Prefect Cloud refuses workers without them. A rehearsal does without.
      "
    `);
    expect(status).toBe(0);
  });

  it("names the services beside the workers", async () => {
    const services = { hooks: { image: "acme/hooks:1", port: 8000 } };
    await write("prefect-fargate.config.json", JSON.stringify({ services }));
    expect((await cli("validate")).stdout).toContain(
      "  service   hooks of acme/hooks:1 on port 8000: 1 × 0.5 vCPU, 1024 MiB\n",
    );
  });

  it("prints the whole config as JSON, and nothing else on stdout", async () => {
    await write("prefect-fargate.config.json", '{ "prefect": { "version": 3 } }');
    const { stdout, status } = await cli("validate", "--json");
    const { valid, config, file, warnings } = JSON.parse(stdout);
    expect({ valid, file, status }).toEqual({
      valid: true,
      file: join(cwd, "prefect-fargate.config.json"),
      status: 0,
    });
    expect(config.workers["dev-worker"].extraPipPackages).toContain("prefect-aws==0.7.12");
    expect(warnings).toHaveLength(1);
  });

  it("shows a problem as people read it", async () => {
    await write("prefect-fargate.config.json", '{ "workers": { "dev-worker": { "memoryMiB": 3000 } } }');
    expect(await cli("validate")).toEqual({
      stdout: "",
      status: 1,
      stderr: [
        "CONFIG_INVALID: memoryMiB 3000 does not fit cpu 512.",
        "  Fargate offers 1024, 2048, 3072 or 4096 at this size.",
        '  It stands at workers["dev-worker"].memoryMiB.',
        "→ Set memoryMiB: 3072 in prefect-fargate.config.json",
        "",
      ].join("\n"),
    });
  });

  it("gives a problem as an object with --json", async () => {
    await write("prefect-fargate.config.json", '{ "region": "us-esat-1" }');
    const { stdout, status } = await cli("validate", "--json");
    expect(status).toBe(1);
    expect(JSON.parse(stdout)).toMatchInlineSnapshot(`
      {
        "error": {
          "code": "CONFIG_INVALID",
          "details": [
            "A region looks like us-east-1 or eu-central-1.",
          ],
          "hint": "Set region: "us-east-1" in prefect-fargate.config.json",
          "message": "region "us-esat-1" is not an AWS region.",
          "problems": [
            {
              "fix": "Set region: "us-east-1"",
              "path": "region",
              "sentence": "region "us-esat-1" is not an AWS region.",
              "works": "A region looks like us-east-1 or eu-central-1.",
            },
          ],
          "source": "user",
        },
      }
    `);
  });

  it("never shows a key, wherever it was pasted", async () => {
    const key = "pnu_canarycanarycanary";
    await write(
      "prefect-fargate.config.json",
      JSON.stringify({ prefect: { apiKey: key }, [key]: key, tags: { a: key } }),
    );
    for (const flags of [[], ["--json"], ["--debug"]]) {
      const { stdout, stderr, status } = await cli("validate", ...flags);
      expect(status).toBe(1);
      expect(stdout + stderr).not.toContain("canary");
    }
  });

  it("shows a stack trace only with --debug", async () => {
    await write("prefect-fargate.config.json", '{ "region": 1 }');
    expect((await cli("validate")).stderr).not.toMatch(/\n\s+at /);
    expect((await cli("validate", "--debug")).stderr).toMatch(/\n\s+at /);
    expect((await runCli(["validate"], { cwd, env: { DEBUG: "1" } })).stderr).toMatch(/\n\s+at /);
  });
});

describe("synth", () => {
  it("writes the root and its modules and says what comes next", async () => {
    const { stdout, status } = await cli("synth", "--out", "infrastructure");
    expect(stdout).toMatchInlineSnapshot(`
      "Wrote main.tf, moved.tf and the modules api-key, cluster, discovery, network, task-execution-role, worker to infrastructure.

      Next: terraform -chdir=infrastructure init
      "
    `);
    expect(status).toBe(0);
    expect((await readdir(join(cwd, "infrastructure"))).sort()).toEqual(["main.tf", "modules", "moved.tf"]);
    expect(await readFile(join(cwd, "infrastructure", "main.tf"), "utf8")).toContain('module "worker"');
  });

  it("says so when the folder is a file", async () => {
    await write("infrastructure", "not a folder");
    const { stderr, status } = await cli("synth", "--out", "infrastructure");
    expect(stderr).toMatch(/^EXISTS_ALREADY: .*infrastructure exists already and is of another kind\.$/m);
    expect(stderr).toContain("→ ");
    expect(status).toBe(1);
  });
});

describe("rehearse", () => {
  it("misses the flow's file before anything is started", async () => {
    expect(await cli("rehearse", "--flow", "flows.py:nightly")).toEqual({
      stdout: "",
      status: 1,
      stderr:
        "FLOW_FILE_MISSING: There is no file flows.py with the flow nightly.\n" +
        "→ Give the path of a Python file, relative to this folder: --flow flows.py:nightly\n",
    });
  });

  it("refuses a version that the config's image contradicts", async () => {
    await write(
      "prefect-fargate.config.json",
      '{ "workers": { "a": { "image": "prefecthq/prefect:2-latest" } } }',
    );
    const { stderr, status } = await cli("rehearse", "--prefect", "3");
    expect(stderr).toContain('image "prefecthq/prefect:2-latest" holds Prefect 2, but prefect.version is 3.');
    expect(status).toBe(1);
  });
});
