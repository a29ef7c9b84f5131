import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { unzipSync } from "fflate";
import { describe, expect, it } from "vitest";
import type { TerraformEvent } from "#engine/events.ts";
import { findTerraform } from "#engine/find-terraform.ts";
import { openWorkspace, type Workspace, type WorkspaceOptions } from "#engine/workspace.ts";
import {
  engineProcess,
  recordingReporter,
  SMALL_ROOT,
  type TemporaryFolder,
  temporaryFolder,
} from "../helpers/terraform-fixtures.ts";

const terraform = await findTerraform();
const SECRET = 'pnu_0123456789"<canary>';

const open = (folder: TemporaryFolder, options: Partial<WorkspaceOptions> = {}): Promise<Workspace> =>
  openWorkspace({ dir: folder.path, terraform, reporter: recordingReporter(), ...options });

async function opened(folder: TemporaryFolder, options: Partial<WorkspaceOptions> = {}): Promise<Workspace> {
  const workspace = await open(folder, options);
  await workspace.init();
  return workspace;
}

const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (error) => error,
  );

/** What of ours is left in a workspace apart from the note that init was run. */
const leftovers = (folder: TemporaryFolder): string[] =>
  readdirSync(join(folder.path, ".terraform", "prefect-fargate")).filter((name) => name !== "initialized");

const isRunning = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return !readFileSync(`/proc/${pid}/stat`, "utf8").includes(") Z ");
  } catch {
    return false;
  }
};

/** The Terraform at work in a workspace. */
function terraformPid(folder: TemporaryFolder): number {
  const [run] = leftovers(folder).filter((name) => folder.has(`.terraform/prefect-fargate/${name}/run.json`));
  return JSON.parse(folder.read(`.terraform/prefect-fargate/${run}/run.json`)).pid;
}

async function until(condition: () => boolean, what: string): Promise<void> {
  const deadline = Date.now() + 20_000;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`${what} did not happen within 20 s`);
    await sleep(30);
  }
}

describe("a workspace", () => {
  it("is planned, applied, found unchanged, read and destroyed", async () => {
    using folder = temporaryFolder({ "main.tf": SMALL_ROOT });
    const workspace = await open(folder);
    expect(await workspace.init()).toMatchObject({ skipped: false });
    await workspace.validate();
    expect(await workspace.stateResources()).toEqual([]);
    expect(await workspace.outputs()).toEqual({});

    const plan = await workspace.plan();
    expect(plan).toMatchObject({ add: 2, change: 0, replace: 0, destroy: 0, empty: false });
    expect(existsSync(plan.file)).toBe(true);
    const events: TerraformEvent[] = [];
    const summary = await workspace.apply(plan, (event) => events.push(event));
    expect(summary).toMatchObject({ added: 2, changed: 0, destroyed: 0, outputs: { word: "a" } });
    expect(events.filter(({ type }) => type === "apply_complete")).toHaveLength(2);
    expect(existsSync(plan.file)).toBe(false);

    const second = await workspace.plan();
    expect(second).toMatchObject({ changes: [], empty: true });
    workspace.discard(second);
    expect(await workspace.outputs()).toEqual({ word: "a" });
    expect(await workspace.stateResources()).toEqual(["terraform_data.first", "terraform_data.slow"]);

    expect(await workspace.destroy()).toMatchObject({ added: 0, destroyed: 2 });
    expect(await workspace.stateResources()).toEqual([]);
    expect(leftovers(folder)).toEqual([]);
  });

  it("gives no outputs with an apply when one of them is sensitive: they would not be whole", async () => {
    const sensitive = '\noutput "hidden" {\n  value     = "h"\n  sensitive = true\n}\n';
    using folder = temporaryFolder({ "main.tf": SMALL_ROOT + sensitive });
    const workspace = await opened(folder);
    expect(await workspace.apply(await workspace.plan())).toMatchObject({ added: 2, outputs: undefined });
    expect(await workspace.outputs()).toEqual({ word: "a", hidden: "h" });
  });

  it("tells what would change, attribute by attribute, when asked", async () => {
    using folder = temporaryFolder({ "main.tf": SMALL_ROOT });
    const before = await opened(folder);
    await before.apply(await before.plan());
    const after = await open(folder, { variables: { word: "b" } });
    const { changes } = await after.plan({ details: "always" });
    expect(changes).toMatchObject([
      {
        address: "terraform_data.first",
        action: "update",
        attributes: [{ name: "input", before: "a", after: "b" }, { name: "output" }],
      },
    ]);
    after.close();
    expect(leftovers(folder)).toEqual([]);
  });

  it("skips init until a file changes, and makes up for it where the files alone did not tell", async () => {
    using folder = temporaryFolder({ "main.tf": SMALL_ROOT });
    await opened(folder);
    expect(await (await open(folder)).init()).toMatchObject({ skipped: true });
    folder.write("modules/more/main.tf", 'resource "terraform_data" "more" {}\n');
    folder.write("more.tf", 'module "more" {\n  source = "./modules/more"\n}\n');
    expect(await (await open(folder)).init()).toMatchObject({ skipped: false });

    const workspace = await open(folder);
    expect(await workspace.init()).toMatchObject({ skipped: true });
    // Someone cleans up behind our back.
    rmSync(join(folder.path, ".terraform", "modules"), { recursive: true });
    expect(await workspace.plan()).toMatchObject({ add: 3 });
  });

  it("reports the mistake in a configuration with its place", async () => {
    using folder = temporaryFolder({
      "main.tf": `${SMALL_ROOT}\noutput "wrong" {\n  value = var.nothing\n}\n`,
    });
    const error = await failure((await opened(folder)).validate());
    expect(error).toMatchObject({
      code: "TERRAFORM_FAILED",
      message: expect.stringMatching(/^Reference to undeclared input variable.*\(main\.tf:\d+\)$/),
    });
    expect(error.details[0]).toContain("validate -json -no-color (exit status 1)");
  });

  it("names the resource that failed, why, and the command", async () => {
    const failing =
      'resource "terraform_data" "bad" {\n  provisioner "local-exec" {\n    command = "echo it broke >&2; exit 3"\n  }\n}\n';
    using folder = temporaryFolder({ "main.tf": SMALL_ROOT + failing });
    const workspace = await opened(folder);
    const error = await failure(workspace.apply(await workspace.plan()));
    expect(error).toMatchObject({ code: "TERRAFORM_FAILED", source: "environment" });
    expect(error.message).toMatch(/^terraform_data\.bad: local-exec provisioner error\. .*it broke$/);
    expect(error.details[0]).toMatch(
      /^command: \S+ -chdir=\S+ apply -json -input=false \S+plan\.tfplan \(exit status 1\)$/,
    );
    expect(await workspace.stateResources()).toContain("terraform_data.first");
  });

  it("lets Terraform finish although the listener fails, then says so", async () => {
    using folder = temporaryFolder({ "main.tf": SMALL_ROOT });
    const workspace = await opened(folder);
    const applying = workspace.apply(await workspace.plan(), () => {
      throw new Error("the listener failed");
    });
    await expect(applying).rejects.toThrow("the listener failed");
    expect(await workspace.plan()).toMatchObject({ empty: true });
  });

  it("refuses a plan that is out of date", async () => {
    using folder = temporaryFolder({ "main.tf": SMALL_ROOT });
    const workspace = await opened(folder);
    const plan = await workspace.plan();
    const other = await workspace.plan();
    await workspace.apply(other);
    expect(await failure(workspace.apply(plan))).toMatchObject({ code: "PLAN_STALE" });
  });

  it("says that the folder is none", async () => {
    using folder = temporaryFolder();
    const missing = openWorkspace({
      dir: join(folder.path, "nowhere"),
      terraform,
      reporter: recordingReporter(),
    });
    await expect(missing).rejects.toMatchObject({ code: "FOLDER_MISSING" });
  });
});

describe("secrets", () => {
  const REVEALING_ROOT = `
variable "api_key" {
  type = string
}
resource "terraform_data" "leak" {
  input = var.api_key
  provisioner "local-exec" {
    command     = "printf %s \\"$KEY\\"; echo; printf %s \\"user:$KEY\\" | base64; exit 1"
    environment = { KEY = var.api_key }
  }
}
output "leak" {
  value = var.api_key
}
`;
  const EPHEMERAL_ROOT = `
variable "api_key" {
  type      = string
  sensitive = true
  ephemeral = true
}
variable "plain" {
  type = string
}
resource "terraform_data" "user" {
  input = var.plain
  provisioner "local-exec" {
    command     = "sleep 1; test \\"$KEY\\" = \\"$EXPECTED\\""
    environment = { KEY = var.api_key }
  }
}
`;
  const run = async (secrets: string[]): Promise<string> => {
    using folder = temporaryFolder({ "main.tf": REVEALING_ROOT });
    const workspace = await opened(folder, { variables: { api_key: SECRET }, secrets });
    const events: TerraformEvent[] = [];
    const error = await failure(
      workspace
        .destroy()
        .then(() => workspace.plan())
        .then((plan) => workspace.apply(plan, (event) => events.push(event))),
    );
    return JSON.stringify([events, error.message, error.hint, error.details, String(error.stack)]);
  };
  const forms = [
    JSON.stringify(SECRET).slice(1, -1),
    JSON.stringify(JSON.stringify(SECRET).slice(1, -1)).slice(1, -1),
  ];
  const encoded = Buffer.from(`user:${SECRET}`).toString("base64").slice(8, -4);

  it("appear in no event and no error", async () => {
    const said = await run([SECRET]);
    expect(said).toContain("(secret)");
    for (const form of [...forms, encoded]) expect(said).not.toContain(form);
  });

  it("would appear if they were not named: the test above can fail", async () => {
    const said = await run([]);
    expect(said).toContain(forms[0]);
    expect(said).toContain(encoded);
  });

  it("reach plan and apply as ephemeral variables, and rest neither in arguments nor in plan or state", async () => {
    using folder = temporaryFolder({ "main.tf": EPHEMERAL_ROOT });
    const workspace = await opened(folder, {
      env: { EXPECTED: SECRET },
      variables: { api_key: SECRET, plain: "plain-canary" },
      secrets: [SECRET],
    });
    const plan = await workspace.plan();
    const members = Object.values(unzipSync(readFileSync(plan.file))).map((member) =>
      Buffer.from(member).toString("latin1"),
    );
    expect(members.join("")).not.toContain("pnu_0123456789");
    expect(members.join("")).toContain("plain-canary");
    const commandLines: string[] = [];
    await workspace.apply(plan, ({ type }) => {
      if (type === "apply_start" && process.platform === "linux") {
        commandLines.push(readFileSync(`/proc/${terraformPid(folder)}/cmdline`, "utf8"));
      }
    });
    expect(commandLines.join("")).not.toContain("pnu_");
    expect(folder.read("terraform.tfstate")).not.toContain("pnu_0123456789");
    expect(folder.read("terraform.tfstate")).toContain("plain-canary");
  });
});

describe("interruption", () => {
  const SLOW = { variables: { seconds: "60" } };
  const whenSlow = (action: () => void) => (event: TerraformEvent) => {
    if (event.type === "apply_start" && event.resource.name === "slow") setTimeout(action, 300);
  };

  it("ends an apply in good order: what was done is in the state, and the lock is free", async () => {
    using folder = temporaryFolder({ "main.tf": SMALL_ROOT });
    const stop = new AbortController();
    const workspace = await opened(folder, { ...SLOW, signal: stop.signal });
    const start = performance.now();
    const error = await failure(
      workspace.apply(
        await workspace.plan(),
        whenSlow(() => stop.abort()),
      ),
    );
    expect(error).toMatchObject({ name: "Cancelled" });
    expect(performance.now() - start).toBeLessThan(15_000);
    expect(leftovers(folder)).toEqual([]);

    const next = await open(folder, { variables: { seconds: "0" } });
    expect(await next.stateResources()).toContain("terraform_data.first");
    // The unfinished one is made anew.
    expect(await next.plan()).toMatchObject({ add: 0, replace: 1 });
    expect(await failure(workspace.plan())).toMatchObject({ name: "Cancelled" });
  });

  it("ends what a provisioner had started", async () => {
    const stubborn = SMALL_ROOT.replace("exec sleep ${var.seconds}", "sleep 61 & echo $! > child.pid; wait");
    using folder = temporaryFolder({ "main.tf": stubborn });
    const stop = new AbortController();
    const workspace = await opened(folder, { signal: stop.signal });
    const applying = workspace.apply(
      await workspace.plan(),
      whenSlow(() => stop.abort()),
    );
    expect(await failure(applying)).toMatchObject({ name: "Cancelled" });
    const child = Number(folder.read("child.pid"));
    await until(() => !isRunning(child), "the end of the provisioner's child");
  });

  it("waits for the state to be written, unless it is forced", async () => {
    await using backend = await stateServer();
    using folder = temporaryFolder({ "main.tf": SMALL_ROOT + backend.block });
    const stop = new AbortController();
    const force = new AbortController();
    const workspace = await opened(folder, { signal: stop.signal, forceSignal: force.signal });
    const plan = await workspace.plan();
    backend.hang = true;
    const applying = failure(workspace.apply(plan));
    await until(() => backend.hanging > 0, "the writing of the state");
    const pid = terraformPid(folder);
    stop.abort();
    await sleep(1000);
    expect(isRunning(pid)).toBe(true);
    force.abort();
    expect(await applying).toMatchObject({ name: "Cancelled" });
    expect(isRunning(pid)).toBe(false);
    expect(leftovers(folder)).toEqual([]);
  });

  it("of the tool by kill -9 lets Terraform finish; the next run waits and finds all of it in the state", async () => {
    using folder = temporaryFolder({ "main.tf": SMALL_ROOT });
    await opened(folder);
    const tool = engineProcess(
      `const workspace = await open({ variables: { seconds: "2" } });
       await workspace.apply(await workspace.plan(), (event) => {
         if (event.type === "apply_start" && event.resource.name === "slow") process.kill(process.pid, "SIGKILL");
       });`,
      { cwd: folder.path },
    );
    expect((await tool).signal).toBe("SIGKILL");
    const pid = terraformPid(folder);
    expect(isRunning(pid)).toBe(true);

    const reporter = recordingReporter();
    const workspace = await open(folder, { reporter });
    expect(reporter.said[0]).toBe(`stage: An earlier Terraform (process ${pid}) is still at work here`);
    expect(isRunning(pid)).toBe(false);
    expect(leftovers(folder)).toEqual([]);
    expect(await workspace.stateResources()).toEqual(["terraform_data.first", "terraform_data.slow"]);
    expect(await workspace.plan()).toMatchObject({ empty: true });
  });

  it("of Terraform by kill -9 is an error, leaves nothing running, and the lock it left does not matter", async () => {
    using folder = temporaryFolder({
      "main.tf": SMALL_ROOT.replace("exec sleep", "echo $$ > child.pid; exec sleep"),
    });
    const workspace = await opened(folder, SLOW);
    const plan = await workspace.plan();
    const error = await failure(
      workspace.apply(
        plan,
        whenSlow(() => process.kill(terraformPid(folder), "SIGKILL")),
      ),
    );
    expect(error).toMatchObject({
      code: "TERRAFORM_KILLED",
      message: expect.stringContaining("ended by SIGKILL"),
    });
    const child = Number(folder.read("child.pid"));
    await until(() => !isRunning(child), "the end of the provisioner's child");
    expect(folder.has(".terraform.tfstate.lock.info")).toBe(true);
    const next = await open(folder, { variables: { seconds: "0" } });
    // Terraform writes its state after each resource, OpenTofu less often.
    expect((await next.apply(await next.plan())).added).toBeGreaterThan(0);
    expect(await next.plan()).toMatchObject({ empty: true });
  });
});

describe("the state", () => {
  it("is locked while someone applies: who, since when, and what to type", async () => {
    using folder = temporaryFolder({ "main.tf": SMALL_ROOT });
    const first = await opened(folder, { variables: { seconds: "3" } });
    const second = await open(folder);
    const patient = await open(folder, { lockTimeoutSeconds: 20 });
    let others: Promise<unknown[]> | undefined;
    await first.apply(await first.plan(), (event) => {
      if (event.type === "apply_start" && event.resource.name === "slow") {
        others = Promise.all([failure(second.plan()), patient.plan()]);
      }
    });
    const [error, plan] = (await others) as [{ message: string; hint: string }, unknown];
    expect(error).toMatchObject({ code: "STATE_LOCKED" });
    expect(error.message).toMatch(
      /^The state terraform\.tfstate is locked by \S+@\S+, who is applying changes, since \S+ \S+ UTC \(just now\)\.$/,
    );
    expect(error.hint).toMatch(/`\S+ -chdir=\S+ force-unlock [0-9a-f-]{36}`/);
    expect(plan).toMatchObject({ empty: true });
  });

  it("that a backend refused is kept, and put in its place by the next run", async () => {
    await using backend = await stateServer();
    using folder = temporaryFolder({ "main.tf": SMALL_ROOT + backend.block });
    const workspace = await opened(folder);
    const plan = await workspace.plan();
    backend.refuse = true;
    expect(await failure(workspace.apply(plan))).toMatchObject({
      code: "TERRAFORM_FAILED",
      message: expect.stringMatching(/state/i),
    });
    expect(folder.has("errored.tfstate")).toBe(true);
    backend.refuse = false;

    const reporter = recordingReporter();
    const next = await open(folder, { reporter });
    await next.init();
    expect(reporter.said).toEqual([
      "note: The state that an earlier run could not save (errored.tfstate) is in its place now.",
    ]);
    expect(folder.has("errored.tfstate")).toBe(false);
    expect(await next.plan()).toMatchObject({ empty: true });
  });

  it("that fits no longer is left for a person to decide", async () => {
    using folder = temporaryFolder({ "main.tf": SMALL_ROOT });
    const workspace = await opened(folder);
    await workspace.apply(await workspace.plan());
    const foreign = {
      ...JSON.parse(folder.read("terraform.tfstate")),
      lineage: "00000000-0000-0000-0000-000000000000",
    };
    folder.write("errored.tfstate", JSON.stringify(foreign));
    const error = await failure((await open(folder)).init());
    expect(error).toMatchObject({
      code: "STATE_NOT_RECOVERED",
      hint: expect.stringContaining("state push -force errored.tfstate"),
    });
    expect(folder.has("errored.tfstate")).toBe(true);
  });

  it("that was cut off is set aside for the whole one", async () => {
    using folder = temporaryFolder({ "main.tf": SMALL_ROOT });
    const workspace = await opened(folder);
    await workspace.apply(await workspace.plan());
    const whole = folder.read("terraform.tfstate");
    folder.write("errored.tfstate", whole);
    folder.write("terraform.tfstate", whole.slice(0, 200));
    const reporter = recordingReporter();
    await (await open(folder, { reporter })).init();
    expect(reporter.said[0]).toMatch(/^warn: terraform\.tfstate was damaged; it is kept as /);
    expect(await workspace.stateResources()).toHaveLength(2);
  });

  it("that is damaged, with nothing to replace it, is an error and not an empty state", async () => {
    using folder = temporaryFolder({ "main.tf": SMALL_ROOT });
    const workspace = await opened(folder);
    folder.write("terraform.tfstate", '{"version": 4,');
    expect(await failure((await open(folder)).init())).toMatchObject({ code: "STATE_DAMAGED" });
    expect(await failure(workspace.plan())).toBeDefined();
  });

  it("that can be written nowhere is caught and kept elsewhere", async () => {
    await using backend = await stateServer();
    using folder = temporaryFolder({ "main.tf": SMALL_ROOT + backend.block });
    const workspace = await opened(folder);
    const plan = await workspace.plan();
    backend.refuse = true;
    mkdirSync(join(folder.path, "errored.tfstate"));
    const error = await failure(workspace.apply(plan));
    expect(error).toMatchObject({ code: "STATE_NOT_SAVED" });
    const [, file] = /kept in (\S+errored\.tfstate)\./.exec(error.message)!;
    const { resources } = JSON.parse(readFileSync(file!, "utf8"));
    expect(resources.map(({ name }: { name: string }) => name)).toEqual(["first", "slow"]);
    rmSync(join(file!, ".."), { recursive: true });
  });
});

describe("a full or closed disk", () => {
  it("is noticed before anything is created", async () => {
    using folder = temporaryFolder({ "main.tf": SMALL_ROOT });
    await opened(folder);
    const { stdout } = await engineProcess("await (await open()).plan();", {
      cwd: folder.path,
      shell: "ulimit -f 512",
    });
    expect(JSON.parse(stdout)).toMatchObject({
      code: "NO_SPACE",
      message: expect.stringContaining(folder.path),
      hint: expect.stringContaining("ulimit -f"),
    });
    expect(leftovers(folder)).toEqual([]);
    expect(folder.has("terraform.tfstate")).toBe(false);
  });

  it("is named where the folder may not be written", async () => {
    using folder = temporaryFolder({ "main.tf": SMALL_ROOT });
    chmodSync(folder.path, 0o555);
    const uid = process.getuid?.() === 0 ? 65_534 : undefined;
    const { stdout } = await engineProcess("await (await open()).init();", { cwd: folder.path, uid });
    expect(JSON.parse(stdout)).toMatchObject({
      code: "FOLDER_NOT_WRITABLE",
      hint: expect.stringContaining("ls -la"),
    });
    chmodSync(folder.path, 0o755);
  });
});

describe("the provider", () => {
  const AWS_ROOT = `
terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.100, < 7"
    }
  }
}
resource "aws_ecs_cluster" "this" {
  name = "prefect-cluster"
}
`;
  const NO_WAY_OUT = { HTTPS_PROXY: "http://127.0.0.1:9", https_proxy: undefined };

  it("is had although the CLI configuration that the environment names does not exist", async () => {
    using folder = temporaryFolder({ "main.tf": AWS_ROOT });
    const reporter = recordingReporter();
    const workspace = await open(folder, { reporter, env: { TF_CLI_CONFIG_FILE: "/nowhere/cli.tfrc" } });
    const { providerSource } = await workspace.init();
    await workspace.validate();
    if (providerSource?.kind === "mirror") {
      expect(reporter.said).toContainEqual(
        expect.stringMatching(
          /^note: The provider hashicorp\/aws comes from the mirror \S+, as the registry cannot be reached/,
        ),
      );
    }
    const locked = folder.read(".terraform.lock.hcl");
    expect(locked).toContain("hashicorp/aws");

    // A committed lock file is respected, and a wrong one refused and left alone.
    const tampered = locked.replaceAll(/"(h1|zh):...../g, '"$1:XXXXX');
    folder.write(".terraform.lock.hcl", tampered);
    const error = await failure((await open(folder)).init());
    expect(error).toMatchObject({
      code: "LOCK_FILE_MISMATCH",
      hint: expect.stringContaining("init -upgrade"),
    });
    expect(folder.read(".terraform.lock.hcl")).toBe(tampered);
  });

  it("of another version than the locked one is not taken silently", async () => {
    const host = terraform.product === "tofu" ? "registry.opentofu.org" : "registry.terraform.io";
    const lock = `provider "${host}/hashicorp/aws" {\n  version = "4.67.0"\n}\n`;
    using folder = temporaryFolder({ "main.tf": AWS_ROOT, ".terraform.lock.hcl": lock });
    const error = await failure((await open(folder)).init());
    expect(error).toMatchObject({ code: "LOCK_FILE_MISMATCH", message: expect.stringContaining("4.67.0") });
    expect(folder.read(".terraform.lock.hcl")).toBe(lock);
  });

  it("that cannot be had is one error in seconds, with all that was looked at", async () => {
    using folder = temporaryFolder({ "main.tf": AWS_ROOT });
    using home = temporaryFolder();
    const env = {
      ...NO_WAY_OUT,
      HOME: home.path,
      XDG_DATA_HOME: home.path,
      XDG_DATA_DIRS: home.path,
      TF_CLI_CONFIG_FILE: undefined,
    };
    const workspace = await open(folder, { env, mirrorRoots: [home.path] });
    const start = performance.now();
    const error = await failure(workspace.init());
    expect(error).toMatchObject({ code: "PROVIDER_UNAVAILABLE" });
    expect(error.details).toContain(`looked in ${home.path} and the folders directly in it`);
    expect(performance.now() - start).toBeLessThan(5000);
  });
});

/** Keeps a state for Terraform's http backend, or refuses to. */
async function stateServer() {
  let state: string | undefined;
  const settings = { refuse: false, hang: false, hanging: 0 };
  const server = createServer(async (request, response) => {
    const body = await request.toArray().then((chunks) => Buffer.concat(chunks).toString());
    if (request.method === "POST" && settings.hang) {
      settings.hanging += 1;
      return;
    }
    if (request.method === "POST" && settings.refuse) return response.writeHead(403).end("no");
    if (request.method === "POST") state = body;
    response.writeHead(state === undefined ? 204 : 200).end(state);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/state`;
  return Object.assign(settings, {
    block: `\nterraform {\n  backend "http" {\n    address = "${url}"\n  }\n}\n`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  });
}
