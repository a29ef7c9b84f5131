import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  DescribeLogGroupsCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import type { ContainerDefinition } from "@aws-sdk/client-ecs";
import {
  CreateSecretCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Agent, startAgent } from "#rehearsal/agent/agent.ts";
import { prefectImages } from "#rehearsal/agent/images.ts";
import { reapTasks } from "#rehearsal/agent/reap-tasks.ts";
import { silentReporter } from "#reporter";
import {
  type AgentWorld,
  IMAGE,
  IMAGE_ENV,
  isAlive,
  REGION,
  startAgentWorld,
  systemImages,
} from "../helpers/agent-world.ts";

const IDENTITY_SCRIPT = fileURLToPath(new URL("../helpers/agent-caller-identity.ts", import.meta.url));
const AGENT_SCRIPT = fileURLToPath(new URL("../helpers/agent-process.ts", import.meta.url));
const POLL = { timeout: 20_000 };
const LOG_GROUP = "/ecs/agent-tests";

let world: AgentWorld;
let agent: Agent;
let dir: string;
let counter = 0;

beforeAll(async () => {
  world = await startAgentWorld();
  const logs = new CloudWatchLogsClient(world.settings);
  await logs.send(new CreateLogGroupCommand({ logGroupName: LOG_GROUP }));
  logs.destroy();
});
afterAll(() => world.stop());
beforeEach(async () => {
  dir = path.join(world.dir, `agent-${++counter}`);
  agent = await startAgent({ emulator: world.emulator, images: systemImages, dir, reporter: silentReporter });
});
afterEach(() => agent.stop());

const file = (name: string) => path.join(world.dir, `${counter}-${name}`);
const text = (name: string) => readFile(file(name), "utf8");
/** Waits for a file that a task writes outside its own folders. */
const written = (name: string) => expect.poll(() => text(name).catch(() => ""), POLL).not.toBe("");
const awslogs = (options: Record<string, string> = {}): Partial<ContainerDefinition> => ({
  logConfiguration: {
    logDriver: "awslogs",
    options: {
      "awslogs-group": LOG_GROUP,
      "awslogs-region": REGION,
      "awslogs-stream-prefix": "test",
      ...options,
    },
  },
});
const lastPart = (arn: string) => arn.slice(arn.lastIndexOf("/") + 1);

describe("environment", () => {
  it("is exactly the image's, Fargate's, the definition's and the overrides'", async () => {
    const taskRoleArn = await world.role(`environment-${counter}`);
    process.env.AGENT_TEST_LEAK = "must not be seen";
    const task = await world.run(`env -0 > ${file("env")}`, {
      container: {
        environment: [
          { name: "MODE", value: "definition" },
          { name: "KEPT", value: "a b\nc" },
        ],
      },
      definition: { taskRoleArn },
      overrides: {
        containerOverrides: [{ name: "main", environment: [{ name: "MODE", value: "override" }] }],
      },
    });
    await world.stopped(task);
    delete process.env.AGENT_TEST_LEAK;
    const pairs = (await text("env")).split("\0").filter(Boolean);
    const environment = Object.fromEntries(
      pairs.map((pair) => [pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1)]),
    );
    const { PWD, ...exported } = environment; // The shell's own.
    const folder = path.join(dir, "tasks", lastPart(task).slice(0, 12), "main");
    expect(PWD).toBe(path.join(folder, "work"));
    expect(exported).toEqual({
      ...IMAGE_ENV,
      HOME: path.join(folder, "home"),
      TMPDIR: `/tmp/fargate-${lastPart(task).slice(0, 12)}`,
      MODE: "override",
      KEPT: "a b\nc",
      AWS_EXECUTION_ENV: "AWS_ECS_FARGATE",
      AWS_REGION: REGION,
      AWS_DEFAULT_REGION: REGION,
      AWS_ENDPOINT_URL: world.emulator.url,
      AWS_CONTAINER_CREDENTIALS_FULL_URI: expect.stringMatching(
        /^http:\/\/127\.0\.0\.1:\d+\/v2\/credentials\//,
      ),
      AWS_CONTAINER_AUTHORIZATION_TOKEN: expect.stringMatching(/.{40}/),
      ECS_CONTAINER_METADATA_URI_V4: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/v4\//),
      ECS_AGENT_URI: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/api\//),
    });
  });

  it("has the override's command, and signals at their default", async () => {
    const task = await world.run("exit 1", {
      overrides: {
        containerOverrides: [
          { name: "main", command: ["/bin/sh", "-c", `grep SigIgn /proc/self/status > ${file("signals")}`] },
        ],
      },
    });
    expect((await world.stopped(task)).containers?.[0]?.exitCode).toBe(0);
    expect(await text("signals")).toMatch(/^SigIgn:\t0000000000000000$/m);
  });
});

describe("secrets", () => {
  const client = () => new SecretsManagerClient(world.settings);
  const SecretString = JSON.stringify({ key: "canary", port: 5432 });

  it("come from Secrets Manager, whole, by key and by stage", async () => {
    const executionRoleArn = await world.role(`secrets-${counter}`);
    const { ARN } = await client().send(
      new CreateSecretCommand({ Name: `secret-${counter}`, SecretString: "old" }),
    );
    await client().send(new PutSecretValueCommand({ SecretId: ARN, SecretString }));
    const task = await world.run(`printf '%s|%s|%s|%s' "$WHOLE" "$KEY" "$PORT" "$OLD" > ${file("secrets")}`, {
      container: {
        secrets: [
          { name: "WHOLE", valueFrom: ARN },
          { name: "KEY", valueFrom: `${ARN}:key::` },
          { name: "PORT", valueFrom: `${ARN}:port:AWSCURRENT:` },
          { name: "OLD", valueFrom: `${ARN}::AWSPREVIOUS:` },
        ],
      },
      definition: { executionRoleArn },
    });
    await world.stopped(task);
    expect(await text("secrets")).toBe(`${SecretString}|canary|5432|old`);
  });

  it("come from SSM parameters by name and by ARN", async () => {
    const executionRoleArn = await world.role(`parameters-${counter}`);
    await fetch(world.emulator.url, {
      method: "POST",
      headers: {
        "x-amz-target": "AmazonSSM.PutParameter",
        "content-type": "application/x-amz-json-1.1",
        authorization: `AWS4-HMAC-SHA256 Credential=test/20260101/${REGION}/ssm/aws4_request, SignedHeaders=host, Signature=0`,
      },
      body: JSON.stringify({ Name: "/prefect/key", Value: "from ssm", Type: "SecureString" }),
    });
    const account = executionRoleArn.split(":")[4];
    const task = await world.run(`printf '%s|%s' "$BY_NAME" "$BY_ARN" > ${file("parameters")}`, {
      container: {
        secrets: [
          { name: "BY_NAME", valueFrom: "/prefect/key" },
          { name: "BY_ARN", valueFrom: `arn:aws:ssm:${REGION}:${account}:parameter/prefect/key` },
        ],
      },
      definition: { executionRoleArn },
    });
    await world.stopped(task);
    expect(await text("parameters")).toBe("from ssm|from ssm");
  });

  it.each([
    [
      "a missing secret",
      (arn: string) => arn.replace("secret:there", "secret:gone"),
      /unable to retrieve secret from asm: service call has been retried 1 time\(s\): ResourceNotFoundException: The task can't retrieve the secret with ARN '[^']+gone/,
    ],
    ["a missing key", (arn: string) => `${arn}:absent::`, /did not contain json key absent$/],
    [
      "a missing parameter",
      () => "/not/there",
      /unable to retrieve secrets from ssm: service call has been retried 1 time\(s\): invalid parameters: \/not\/there$/,
    ],
  ])("keep a task from starting for %s, in AWS's words", async (_what, valueFrom, words) => {
    const executionRoleArn = await world.role(`missing-${counter}`);
    const { ARN } = await client().send(new CreateSecretCommand({ Name: `there-${counter}`, SecretString }));
    const task = await world.run(`touch ${file("ran")}`, {
      container: { secrets: [{ name: "KEY", valueFrom: valueFrom(ARN!) }] },
      definition: { executionRoleArn },
    });
    const { stopCode, stoppedReason, containers } = await world.stopped(task);
    expect(stopCode).toBe("TaskFailedToStart");
    expect(stoppedReason).toMatch(
      /^ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: /,
    );
    expect(stoppedReason).toMatch(words);
    expect(stoppedReason).not.toContain("canary");
    expect(containers?.[0]?.exitCode).toBeUndefined();
    await expect(text("ran")).rejects.toThrow("ENOENT");
  });
});

describe("roles", () => {
  const whoAmI = `exec ${process.execPath} ${IDENTITY_SCRIPT}`;
  const identityOf = async (definition: { taskRoleArn?: string }, overrides?: { taskRoleArn: string }) => {
    const executionRoleArn = await world.role(`execution-${++roles}`);
    const task = await world.run(whoAmI, {
      container: awslogs(),
      definition: { executionRoleArn, ...definition },
      overrides,
    });
    await world.stopped(task);
    return { task, lines: await world.logLines(LOG_GROUP, `test/main/${lastPart(task)}`) };
  };
  let roles = 0;

  it("give a task the session of its own role, named after the task", async () => {
    const { task, lines } = await identityOf({ taskRoleArn: await world.role("worker-task") });
    expect(lines).toEqual([expect.stringMatching(`:assumed-role/worker-task/${lastPart(task)}$`)]);
  });

  it("respect the override's task role", async () => {
    const override = { taskRoleArn: await world.role("flow-task") };
    const { task, lines } = await identityOf({ taskRoleArn: await world.role("other-task") }, override);
    expect(lines).toEqual([expect.stringMatching(`:assumed-role/flow-task/${lastPart(task)}$`)]);
  });

  it("leave a task without a role without credentials", async () => {
    const { lines } = await identityOf({});
    expect(lines.join("\n")).toContain("Could not load credentials");
  });

  it("that ECS may not assume keep a task from starting", async () => {
    const taskRoleArn = await world.role("lambda-only", "lambda.amazonaws.com");
    const { stopCode, stoppedReason } = await world.stopped(
      await world.run("true", { definition: { taskRoleArn } }),
    );
    expect(stopCode).toBe("TaskFailedToStart");
    expect(stoppedReason).toContain(`ECS was unable to assume the role '${taskRoleArn}'`);
  });
});

describe("ends", () => {
  it("report the real exit code and AWS's reason", async () => {
    const task = await world.stopped(await world.run("exit 7"));
    expect(task).toMatchObject({
      stopCode: "EssentialContainerExited",
      stoppedReason: "Essential container in task exited",
    });
    expect(task.containers?.[0]).toMatchObject({ lastStatus: "STOPPED", exitCode: 7 });
  });

  it("by a signal report 128 and the signal", async () => {
    const task = await world.stopped(await world.run("kill -9 $$"));
    expect(task.containers?.[0]?.exitCode).toBe(137);
  });

  it("on request send SIGTERM and let the task end by itself", async () => {
    const task = await world.run(
      `trap 'echo bye > ${file("bye")}; exit 3' TERM; touch ${file("up")}.; echo up > ${file("up")}; while :; do sleep 0.1; done`,
    );
    await written("up");
    await world.stopTask(task);
    const { stopCode, stoppedReason, containers } = await world.stopped(task);
    expect(stopCode).toBe("UserInitiated");
    expect(stoppedReason).toContain("enough");
    expect(containers?.[0]?.exitCode).toBe(3);
    expect(await text("bye")).toBe("bye\n");
  });

  it("without a handler report 143", async () => {
    const task = await world.run("exec sleep 60");
    await world.running(task);
    await world.stopTask(task);
    expect((await world.stopped(task)).containers?.[0]?.exitCode).toBe(143);
  });

  it("kill what does not end within the stop timeout", async () => {
    const task = await world.run(`trap '' TERM; echo up > ${file("up")}; while :; do sleep 0.1; done`, {
      container: { stopTimeout: 2 },
    });
    await written("up");
    const asked = performance.now();
    await world.stopTask(task);
    const { containers } = await world.stopped(task);
    expect(performance.now() - asked).toBeGreaterThan(1900);
    expect(containers?.[0]?.exitCode).toBe(137);
  });

  it("take every process along, those in the background and those that left the group too", async () => {
    const task = await world.run(
      `sleep 300 & echo $! > ${file("background")}; setsid sh -c 'echo $$ > ${file("daemon")}; exec sleep 300' & sleep 0.5; exit 0`,
    );
    await world.stopped(task);
    for (const name of ["background", "daemon"]) {
      const pid = Number(await text(name));
      expect(pid).toBeGreaterThan(1);
      expect(await isAlive(pid)).toBe(false);
    }
  });

  it("leave no file behind", async () => {
    const task = await world.stopped(
      await world.run(
        `echo $TMPDIR > ${file("tmp")}; echo secret > $HOME/a; echo secret > $TMPDIR/b; echo secret > c`,
      ),
    );
    expect(task.containers?.[0]?.exitCode).toBe(0);
    await expect.poll(() => readdir(path.join(dir, "tasks")), POLL).toEqual([]);
    await expect(readdir((await text("tmp")).trim())).rejects.toThrow("ENOENT");
  });
});

describe("starts that fail", () => {
  it("say that a program is not there", async () => {
    const { stopCode, stoppedReason } = await world.stopped(
      await world.run("", { container: { command: ["no-such-program"] } }),
    );
    expect(stopCode).toBe("TaskFailedToStart");
    expect(stoppedReason).toMatch(
      /^CannotStartContainerError: .*exec: "no-such-program": executable file not found in \$PATH/,
    );
  });

  it("say that there is no such image", async () => {
    await agent.stop();
    const images = prefectImages({
      environment: async () => ({ bin: "/usr/bin" }),
      reporter: silentReporter,
    });
    agent = await startAgent({ emulator: world.emulator, images, dir, reporter: silentReporter });
    const { stopCode, stoppedReason } = await world.stopped(await world.run("true"));
    expect(stopCode).toBe("TaskFailedToStart");
    expect(stoppedReason).toMatch(/^CannotPullContainerError: .*docker\.io\/tests\/system:1: not found$/);
  });

  it("do not keep a stopped task waiting for its image", async () => {
    await agent.stop();
    const image = Promise.withResolvers<{ binDir: string; env: Record<string, string> }>();
    const images = { resolve: () => image.promise };
    agent = await startAgent({ emulator: world.emulator, images, dir, reporter: silentReporter });
    const task = await world.run(`touch ${file("ran")}`);
    await world.until(task, "ACTIVATING", ({ lastStatus }) => lastStatus === "ACTIVATING");
    await world.stopTask(task);
    expect((await world.stopped(task)).stopCode).toBe("UserInitiated");
    image.resolve({ binDir: "/usr/bin", env: IMAGE_ENV });
    await agent.stop();
    await expect(text("ran")).rejects.toThrow("ENOENT");
  });

  it("say in the log what the image's entry point cannot run, and end with 127", async () => {
    await agent.stop();
    const images = prefectImages({
      environment: async () => ({ bin: "/usr/bin" }),
      reporter: silentReporter,
    });
    agent = await startAgent({ emulator: world.emulator, images, dir, reporter: silentReporter });
    const executionRoleArn = await world.role("entry-point");
    const task = await world.run("", {
      container: { image: "prefecthq/prefect:2-latest", command: ["prefectt"], ...awslogs() },
      definition: { executionRoleArn },
    });
    expect((await world.stopped(task)).containers?.[0]?.exitCode).toBe(127);
    expect((await world.logLines(LOG_GROUP, `test/main/${lastPart(task)}`)).join()).toContain(
      "prefectt: not found",
    );
  });

  it("say that the log group is not there", async () => {
    const executionRoleArn = await world.role("no-group");
    const task = await world.run("true", {
      container: awslogs({ "awslogs-group": "/ecs/none" }),
      definition: { executionRoleArn },
    });
    const { stopCode, stoppedReason } = await world.stopped(task);
    expect(stopCode).toBe("TaskFailedToStart");
    expect(stoppedReason).toMatch(
      /^ResourceInitializationError: failed to validate logger args: .*ResourceNotFoundException: The specified log group does not exist/,
    );
  });
});

describe("awslogs", () => {
  it("write both streams to prefix/container/task-id, the unfinished last line included", async () => {
    const executionRoleArn = await world.role("logs");
    const task = await world.run("echo one; sleep 0.1; echo two >&2; sleep 0.1; printf last", {
      container: awslogs(),
      definition: { executionRoleArn },
    });
    await world.stopped(task);
    expect(await world.logLines(LOG_GROUP, `test/main/${lastPart(task)}`)).toEqual(["one", "two", "last"]);
  });

  it("take 20,000 lines in order", async () => {
    const executionRoleArn = await world.role("many-logs");
    const task = await world.run("seq 20000", { container: awslogs(), definition: { executionRoleArn } });
    await world.stopped(task);
    const lines = await world.logLines(LOG_GROUP, `test/main/${lastPart(task)}`);
    expect(lines.slice(0, 3)).toEqual(["1", "2", "3"]);
    expect(lines).toEqual(Array.from({ length: lines.length }, (_, index) => String(index + 1)));
    expect(lines.length).toBeGreaterThanOrEqual(10_000);
  });

  it("make the group when asked to", async () => {
    const executionRoleArn = await world.role("make-group");
    const options = { "awslogs-group": "/ecs/made", "awslogs-create-group": "true" };
    await world.stopped(
      await world.run("echo hi", { container: awslogs(options), definition: { executionRoleArn } }),
    );
    const logs = new CloudWatchLogsClient(world.settings);
    const { logGroups } = await logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: "/ecs/made" }));
    logs.destroy();
    expect(logGroups).toHaveLength(1);
  });
});

describe("health", () => {
  it("is HEALTHY, and UNHEALTHY once the check fails, in the container's environment", async () => {
    const task = await world.run("exec sleep 60", {
      container: {
        environment: [{ name: "FLAG", value: file("sick") }],
        healthCheck: { command: ["CMD-SHELL", 'test ! -e "$FLAG"'], interval: 1, timeout: 2, retries: 2 },
      },
    });
    const health = (status: string) =>
      world.until(task, status, ({ healthStatus }) => healthStatus === status);
    await health("HEALTHY");
    await writeFile(file("sick"), "");
    const { containers } = await health("UNHEALTHY");
    expect(containers?.[0]?.healthStatus).toBe("UNHEALTHY");
  });
});

describe("memory", () => {
  it("above the task's limit ends the container as ECS does", async () => {
    const grow = "python3 -c 'import time; x = bytearray(700 * 2**20); time.sleep(60)'; exit 0";
    const task = await world.stopped(await world.run(grow));
    expect(task.containers?.[0]).toMatchObject({
      exitCode: 137,
      reason: "OutOfMemoryError: Container killed due to memory usage",
    });
    expect(task.stopCode).toBe("EssentialContainerExited");
  });

  it("of files that are only mapped does not count", async () => {
    await writeFile(file("big"), Buffer.alloc(700 * 2 ** 20));
    const map = `python3 -c '
import mmap, time
with open("${file("big")}", "rb") as f:
    m = mmap.mmap(f.fileno(), 0, prot=mmap.PROT_READ)
    for i in range(0, len(m), 4096): m[i]
    time.sleep(2.5)'`;
    const task = await world.stopped(await world.run(map));
    expect(task.containers?.[0]?.exitCode).toBe(0);
  });
});

describe("several containers", () => {
  it("start in the order of their dependencies and end with the essential one", async () => {
    const note = (what: string) => `echo ${what} >> ${file("order")}`;
    const container = (
      name: string,
      script: string,
      more: Partial<ContainerDefinition> = {},
    ): ContainerDefinition => ({
      name,
      image: IMAGE,
      command: ["/bin/sh", "-c", script],
      ...more,
    });
    const task = await world.run("", {
      containers: [
        container("main", `${note("main")}; sleep 0.5; exit 5`, {
          dependsOn: [
            { containerName: "setup", condition: "SUCCESS" },
            { containerName: "sidecar", condition: "HEALTHY" },
          ],
        }),
        container("setup", `sleep 0.3; ${note("setup")}`, { essential: false }),
        container(
          "sidecar",
          `trap '${note("sidecar-ended")}; exit 0' TERM; ${note("sidecar")}; touch ${file("ready")}; while :; do sleep 0.05; done`,
          {
            essential: false,
            healthCheck: { command: ["CMD-SHELL", `test -e ${file("ready")}`], interval: 1 },
          },
        ),
      ],
    });
    const { containers } = await world.stopped(task);
    const exitCodes = Object.fromEntries((containers ?? []).map(({ name, exitCode }) => [name, exitCode]));
    expect(exitCodes).toEqual({ main: 5, setup: 0, sidecar: 0 });
    expect((await text("order")).trim().split("\n").slice(-2)).toEqual(["main", "sidecar-ended"]);
  });
});

describe("task protection", () => {
  const ask = (method: string, wanted?: object) =>
    `python3 -c '
import os, urllib.error, urllib.request
request = urllib.request.Request(os.environ["ECS_AGENT_URI"] + "/task-protection/v1/state", method="${method}")
${wanted ? `request.data = b"""${JSON.stringify(wanted)}"""` : ""}
try:
    print(200, urllib.request.urlopen(request).read().decode())
except urllib.error.HTTPError as error:
    print(error.code, error.read().decode())'`;
  const answer = async (name: string) => {
    const [, status = "", body = ""] = /^(\d+) (.*)$/s.exec(await text(name)) ?? [];
    return { status: Number(status), body: JSON.parse(body) };
  };

  it("is read and set by a service's task as its own role, in AWS's shapes", async () => {
    const taskRoleArn = await world.role(`protected-${counter}`);
    const { remove } = await world.service(
      [
        `${ask("PUT", { ProtectionEnabled: true, ExpiresInMinutes: 5 })} > ${file("put")}`,
        `${ask("GET")} > ${file("get")}`,
        `${ask("PUT", { ProtectionEnabled: true, ExpiresInMinutes: 2881 })} > ${file("too-long")}`,
        `${ask("PUT", { ExpiresInMinutes: 5 })} > ${file("unsaid")}`,
        `${ask("PUT", { Protected: true })} > ${file("undecodable")}`,
        `touch ${file("all")}; sleep 600`,
      ].join("\n"),
      { taskRoleArn },
    );
    await expect.poll(() => readdir(world.dir), POLL).toContain(path.basename(file("all")));
    const protection = {
      ProtectionEnabled: true,
      ExpirationDate: expect.stringMatching(/^\d{4}-.*Z$/),
      TaskArn: expect.stringContaining(":task/agent-tests/"),
    };
    expect(await answer("put")).toEqual({ status: 200, body: { protection } });
    expect(await answer("get")).toEqual({ status: 200, body: { protection } });
    const refused = (Message: string) => ({ error: { Code: "InvalidParameterException", Message } });
    expect(await answer("too-long")).toMatchObject({
      status: 400,
      body: refused("expiresInMinutes must be between 1 and 2880."),
    });
    expect(await answer("unsaid")).toMatchObject({
      status: 400,
      body: refused("Invalid request: does not contain 'ProtectionEnabled' field"),
    });
    expect(await answer("undecodable")).toEqual({
      status: 400,
      body: refused("UpdateTaskProtection: failed to decode request"),
    });
    await remove();
  });

  it("is refused to a task without a role, and fails for one that belongs to no service", async () => {
    const put = ask("PUT", { ProtectionEnabled: true });
    await world.stopped(await world.run(`${put} > ${file("no-role")}`));
    expect(await answer("no-role")).toMatchObject({
      status: 403,
      body: { error: { Code: "AccessDeniedException" } },
    });
    const taskRoleArn = await world.role(`alone-${counter}`);
    const alone = await world.run(`${put} > ${file("alone")}`, { definition: { taskRoleArn } });
    await world.stopped(alone);
    expect(await answer("alone")).toEqual({
      status: 200,
      body: { failure: { Arn: alone, Detail: null, Reason: "TASK_NOT_VALID" } },
    });
  });
});

describe("metadata", () => {
  it("tells a container who it is", async () => {
    const task = await world.run(`python3 -c '
import os, urllib.request
base = os.environ["ECS_CONTAINER_METADATA_URI_V4"]
print(urllib.request.urlopen(base + "/task").read().decode())' > ${file("metadata")}`);
    await world.stopped(task);
    expect(JSON.parse(await text("metadata"))).toMatchObject({
      TaskARN: task,
      Family: "agent-tests",
      DesiredStatus: "RUNNING",
      Limits: { CPU: 0.25, Memory: 512 },
      LaunchType: "FARGATE",
      Containers: [
        { Name: "main", Image: IMAGE, KnownStatus: "RUNNING", Networks: [{ NetworkMode: "awsvpc" }] },
      ],
    });
  });
});

describe("a service", () => {
  it("gets a new task with a new process when its process dies", async () => {
    const started = () =>
      text("pids").then(
        (pids) => pids.trim().split("\n").map(Number),
        () => [],
      );
    const { service, remove } = await world.service(`echo $$ >> ${file("pids")}; exec sleep 300`);
    try {
      await expect.poll(started, POLL).toHaveLength(1);
      process.kill((await started())[0]!, "SIGKILL");
      await expect.poll(started, POLL).toHaveLength(2);
      expect(await isAlive((await started())[1]!)).toBe(true);
      expect(agent.tasks().map(({ group }) => group)).toEqual([`service:${service}`]);
    } finally {
      await remove();
    }
    await expect.poll(() => agent.tasks(), POLL).toEqual([]);
    expect(await isAlive((await started())[1]!)).toBe(false);
  });
});

describe("the agent", () => {
  it("stops all its tasks at the same time and leaves nothing", async () => {
    const names = ["a", "b"];
    const pids = await Promise.all(
      names.map(async (name) => {
        const trap = `date +%s%N > ${file(`${name}-asked`)}; sleep 3; date +%s%N > ${file(`${name}-ended`)}; exit 0`;
        await world.run(`trap '${trap}' TERM; echo $$ > ${file(name)}; while :; do sleep 0.1; done`);
        await written(name);
        return Number(await text(name));
      }),
    );
    expect(
      agent
        .tasks()
        .flatMap(({ containers }) => containers.map(({ pid }) => pid))
        .sort(),
    ).toEqual(pids.sort());
    await agent.stop();
    const times = (what: string) =>
      Promise.all(names.map(async (name) => Number(await text(`${name}-${what}`))));
    expect(Math.max(...(await times("asked")))).toBeLessThan(Math.min(...(await times("ended"))));
    expect(await Promise.all(pids.map(isAlive))).toEqual([false, false]);
    expect(await readdir(path.join(dir, "tasks"))).toEqual([]);
  });

  it("ends its tasks also when the emulated AWS is gone", async () => {
    const doomed = await startAgentWorld();
    const warnings: string[] = [];
    const lonely = await startAgent({
      emulator: doomed.emulator,
      images: systemImages,
      dir: path.join(dir, "lonely"),
      reporter: { ...silentReporter, warn: (sentence) => warnings.push(sentence) },
    });
    await doomed.run(`echo $$ > ${file("lonely")}; exec sleep 300`);
    await written("lonely");
    await doomed.emulator.stop();
    await expect
      .poll(() => warnings.filter((line) => line.startsWith("The emulated AWS")), POLL)
      .toEqual([expect.stringMatching(/^The emulated AWS does not answer the local Fargate: /)]);
    expect(await isAlive(Number(await text("lonely")))).toBe(true);
    await lonely.stop();
    expect(await isAlive(Number(await text("lonely")))).toBe(false);
    await doomed.stop();
  });

  it("that was killed leaves tasks that the next run ends, and only those", async () => {
    await agent.stop();
    const bystander = spawn("sleep", ["300"], { detached: true, stdio: "ignore" });
    const killed = await agentProcess(dir);
    try {
      const task = await world.run(
        `setsid sh -c 'echo $$ > ${file("daemon")}; exec sleep 300' & echo $$ > ${file("leader")}; exec sleep 300`,
      );
      await written("leader");
      await written("daemon");
      await world.running(task);
      expect(await reapTasks(dir)).toEqual([]);
      killed.kill("SIGKILL");
      await once(killed, "exit");
      const pids = [Number(await text("leader")), Number(await text("daemon"))];
      expect(await Promise.all(pids.map(isAlive))).toEqual([true, true]);

      expect(await reapTasks(dir)).toEqual([{ taskArn: task, killedProcesses: 2 }]);
      expect(await Promise.all(pids.map(isAlive))).toEqual([false, false]);
      expect(await isAlive(bystander.pid!)).toBe(true);
      expect(await readdir(path.join(dir, "tasks"))).toEqual([]);

      agent = await startAgent({
        emulator: world.emulator,
        images: systemImages,
        dir,
        reporter: silentReporter,
      });
      expect((await world.stopped(task)).stoppedReason).toBe("The local Fargate that ran this task is gone.");
    } finally {
      bystander.kill("SIGKILL");
      killed.kill("SIGKILL");
    }
  });
});

async function agentProcess(folder: string): Promise<ChildProcess> {
  const child = spawn(process.execPath, [AGENT_SCRIPT, world.emulator.url, folder], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await once(child.stdout!, "data");
  return child;
}

describe("with IAM deciding", () => {
  let strict: AgentWorld;
  let guarded: Agent;
  beforeAll(async () => {
    strict = await startAgentWorld({ authorize: true });
    guarded = await startAgent({
      emulator: strict.emulator,
      images: systemImages,
      dir: path.join(strict.dir, "agent"),
      reporter: silentReporter,
    });
  });
  afterAll(async () => {
    await guarded.stop();
    await strict.stop();
  });

  const keyOf = async (executionRoleArn: string) => {
    const client = new SecretsManagerClient(strict.settings);
    const { ARN } = await client.send(
      new CreateSecretCommand({ Name: `guarded-${lastPart(executionRoleArn)}`, SecretString: "canary" }),
    );
    client.destroy();
    return ARN!;
  };

  it("reads secrets with the execution role, not with the task's or the caller's", async () => {
    const taskRoleArn = await strict.role("may-read");
    const executionRoleArn = await strict.role("may-not-read");
    await strict.allow("may-read", ["secretsmanager:GetSecretValue"]);
    const task = await strict.run("exit 0", {
      container: { secrets: [{ name: "KEY", valueFrom: await keyOf(executionRoleArn) }] },
      definition: { executionRoleArn, taskRoleArn },
    });
    const { stopCode, stoppedReason } = await strict.stopped(task);
    expect(stopCode).toBe("TaskFailedToStart");
    expect(stoppedReason).toMatch(
      /failed to fetch secret arn:[^ ]+ from secrets manager: AccessDeniedException: User: [^ ]+assumed-role\/may-not-read\/[^ ]+ is not authorized to perform: secretsmanager:GetSecretValue/,
    );
  });

  it("writes logs with the execution role", async () => {
    const executionRoleArn = await strict.role("may-not-log");
    const { stopCode, stoppedReason } = await strict.stopped(
      await strict.run("exit 0", { container: awslogs(), definition: { executionRoleArn } }),
    );
    expect(stopCode).toBe("TaskFailedToStart");
    expect(stoppedReason).toMatch(/failed to create Cloudwatch log stream: AccessDeniedException/);
  });

  it("runs a task whose roles may do what it needs, and no more", async () => {
    const executionRoleArn = await strict.role("reads-key");
    const key = await keyOf(executionRoleArn);
    await strict.allow("reads-key", ["secretsmanager:GetSecretValue"], key);
    const task = await strict.run('test "$KEY" = canary', {
      container: { secrets: [{ name: "KEY", valueFrom: key }] },
      definition: { executionRoleArn },
    });
    expect((await strict.stopped(task)).containers?.[0]?.exitCode).toBe(0);
  });
});
