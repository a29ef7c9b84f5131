import { copyFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DescribeSecurityGroupRulesCommand } from "@aws-sdk/client-ec2";
import { DescribeTaskDefinitionCommand, DescribeTasksCommand, ListTasksCommand } from "@aws-sdk/client-ecs";
import { CreateBucketCommand, S3Client } from "@aws-sdk/client-s3";
import { GetSecretValueCommand, PutSecretValueCommand } from "@aws-sdk/client-secrets-manager";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ConfigInput } from "#config/schema.ts";
import { createPrefectClient } from "#prefect/client.ts";
import { type PrefectServer, startPrefectServer } from "#rehearsal/prefect-server.ts";
import { silentReporter } from "#reporter";
import { type Authority, makeAuthority } from "../helpers/authority.ts";
import { filesWithKey, holdsKey } from "../helpers/key-search.ts";
import { serverEnvironment } from "../helpers/prefect-environments.ts";
import { sabotage } from "../helpers/sabotage.ts";
import { openStage, type Stage } from "../helpers/stage.ts";
import { startTlsProxy, type TlsProxy } from "../helpers/tls-proxy.ts";

const AUTH_STRING = "admin:correct-horse-battery-staple";
const NEW_AUTH_STRING = "admin:four-other-words-today";
const BUCKET = "acme-terraform-state";
const CONFIG = "prefect-fargate.config.json";

/** A service that asks Prefect for its pools when it starts, and then stays. */
const ASK = `import time
from prefect.client.orchestration import get_client
pools = get_client(sync_client=True).read_work_pools()
print("pools:", [pool.name for pool in pools], flush=True)
time.sleep(86400)`;

/** A real Prefect 3 server that asks for user name and password, behind TLS of an authority that nobody knows. */
describe("a server of one's own, with a password and a private authority", () => {
  let stage: Stage;
  let server: PrefectServer;
  let restart: (authString: string) => Promise<PrefectServer>;
  let proxy: TlsProxy;
  let authority: Authority;
  let apiUrl: string;
  beforeAll(async () => {
    stage = await openStage({ version: 3, config: "none", existingCluster: true });
    const python = await serverEnvironment(3);
    const dir = join(stage.dir, "..", "own-server");
    await mkdir(dir);
    const serve = (authString: string, port?: number) =>
      startPrefectServer({ python, version: 3, dir, authString, port, reporter: silentReporter });
    [server, authority] = await Promise.all([serve(AUTH_STRING), makeAuthority(python)]);
    restart = async (authString) => {
      await server.stop();
      return serve(authString, server.port);
    };
    await createBucket(stage);
    proxy = await startTlsProxy(server.port, authority);
    apiUrl = `${proxy.origin}/api`;
    await stage.configure(configOf({}));
  });
  afterAll(async () => {
    await stage?.close();
    await proxy?.close();
    await server?.stop();
  });

  const configOf = (prefect: ConfigInput["prefect"]): ConfigInput => ({
    prefect: {
      accountId: undefined,
      workspaceId: undefined,
      apiUrl,
      auth: "basic",
      caCertificates: authority.authority,
      ...prefect,
    },
    state: { bucket: BUCKET },
    workers: {
      "dev-worker": { environment: { PREFECT_CLOUD_API_URL: undefined as unknown as string } },
    },
    services: {
      asking: {
        image: "prefecthq/prefect:3-latest",
        command: ["python", "-c", ASK],
        port: 8000,
        prefectAccess: true,
      },
    },
  });
  /** Waits until so many tasks of the service have had Prefect's answer. */
  const untilAnswered = (times: number) =>
    expect
      .poll(
        async () =>
          (await stage.must(["logs", "asking"], { env })).stdout.match(/pools: .*ecs-work-pool/g) ?? [],
        {
          timeout: 180_000,
          interval: 500,
        },
      )
      .toHaveLength(times);
  const env = { PREFECT_API_KEY: undefined, PREFECT_API_AUTH_STRING: AUTH_STRING };

  test("is not asked before there is something to say, and a wrong password is known at once", async () => {
    const missing = await stage.cli(["deploy", "--yes"], { env: { PREFECT_API_KEY: undefined } });
    expect(missing.stderr).toContain(`AUTH_STRING_MISSING: There is no user name and password for ${apiUrl}`);
    const wrong = await stage.cli(["deploy", "--yes"], {
      env: { ...env, PREFECT_API_AUTH_STRING: "admin:no" },
    });
    expect(wrong.stderr).toMatch(/PREFECT_KEY_REFUSED: .* refuses the user name and password \(401\)/);
    await stage.configure(configOf({ auth: "none" }));
    const silent = await stage.cli(["deploy", "--yes"], { env });
    expect(silent.stderr).toMatch(/PREFECT_KEY_REFUSED: .* asks who is there \(401\)[\s\S]*auth: "basic"/);
  });

  test("is not trusted without its authority, and the error says how to trust it", async () => {
    await stage.configure(configOf({ caCertificates: undefined }));
    const { stderr } = await stage.cli(["deploy", "--yes"], { env });
    expect(stderr).toMatch(/its certificate is not trusted \(\w+\)[\s\S]*caCertificates: readFileSync/);
    await stage.configure(configOf({}));
  });

  test("has its worker ONLINE and the canary Completed in the right place", async () => {
    const deployed = await stage.must(["deploy", "--yes"], { env });
    expect(deployed.stdout).toContain("ONLINE");
    const ran = await stage.must(["run"], { env });
    expect(ran.stdout).toContain("Completed");
    await untilAnswered(1);
  });

  test("is known to another machine by the state in the bucket, where deploying again does nothing", async () => {
    const cwd = join(stage.dir, "..", "other-machine");
    await mkdir(cwd);
    await copyFile(join(stage.dir, CONFIG), join(cwd, CONFIG));
    const status = await stage.must(["status"], { env, cwd });
    expect(status.stdout).toContain("shared-cluster in us-east-1 is healthy");
    expect(status.stdout).toMatch(/^dev-worker .*ONLINE/m);
    const deployed = await stage.must(["deploy", "--yes"], { env, cwd });
    expect(deployed.stdout).toContain(
      "Nothing to do: dev-worker is ONLINE in ecs-work-pool, as the config says.",
    );
  });

  test("is not deployed a second time from a folder that knows nothing of that state", async () => {
    const cwd = join(stage.dir, "..", "stranger");
    await mkdir(cwd);
    const { state: _shared, ...config } = JSON.parse(await readFile(join(stage.dir, CONFIG), "utf8"));
    await writeFile(join(cwd, CONFIG), JSON.stringify(config));
    const { status, stderr } = await stage.cli(["deploy", "--yes"], { env, cwd });
    expect(stderr).toContain(
      "STATE_ELSEWHERE: The system us-east-1/shared-cluster exists on AWS, but there is no state of it in",
    );
    expect(stderr).toMatch(
      /→ Deploy from where it was deployed, or share its state .*bootstrap.*deploy --adopt/,
    );
    expect(status).toBe(1);
  });

  test("tells the password to Secrets Manager and to nobody else", async () => {
    const { ecs, ec2 } = stage.aws;
    const cluster = "shared-cluster";
    const { taskArns = [] } = await ecs.send(new ListTasksCommand({ cluster, desiredStatus: "STOPPED" }));
    const running = await ecs.send(new ListTasksCommand({ cluster }));
    const tasks = [...taskArns, ...(running.taskArns ?? [])];
    const described = await ecs.send(new DescribeTasksCommand({ cluster, tasks, include: ["TAGS"] }));
    expect(described.tasks!.length).toBeGreaterThanOrEqual(2);
    expect(holdsKey(JSON.stringify(described), AUTH_STRING)).toBe(false);
    for (const { taskDefinitionArn: taskDefinition } of described.tasks!) {
      const definition = await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition }));
      expect(holdsKey(JSON.stringify(definition), AUTH_STRING)).toBe(false);
      expect(definition.taskDefinition!.containerDefinitions![0]!.secrets).toEqual([
        { name: "PREFECT_API_AUTH_STRING", valueFrom: expect.stringContaining("secret:prefect-api-key") },
      ]);
    }
    expect(filesWithKey(stage.dir, AUTH_STRING)).toEqual([]);
    const { SecurityGroupRules = [] } = await ec2.send(new DescribeSecurityGroupRulesCommand({}));
    expect(SecurityGroupRules.map(({ FromPort }) => FromPort)).toContain(proxy.port);
  });

  test("has a wrong password in the secret told apart from other trouble", async () => {
    const broken = await sabotage({ ...stage, env: { ...stage.env, PREFECT_API_AUTH_STRING: AUTH_STRING } });
    try {
      const SecretId = broken.system.api_key_secret_arn;
      await stage.aws.secrets.send(new PutSecretValueCommand({ SecretId, SecretString: "admin:wrong" }));
      const { main } = await broken.diagnosed(await broken.restart());
      expect(main).toMatchObject({
        cause: "key-refused",
        sentence: `Prefect refuses the user name and password that are in ${SecretId}.`,
        remedy: "Put the server's PREFECT_SERVER_API_AUTH_STRING there: prefect-fargate rotate-key",
      });
    } finally {
      broken.close();
    }
  });

  test("has a new password, which rotate-key brings to the worker and to services with access to Prefect", async () => {
    server = await restart(NEW_AUTH_STRING);
    const rotated = await stage.must(["rotate-key", "--yes"], {
      env: { ...env, PREFECT_NEW_API_AUTH_STRING: NEW_AUTH_STRING },
    });
    expect(rotated.stdout).toContain("Restarted: dev-worker, asking.");
    expect(rotated.stdout).toContain("dev-worker is ONLINE in ecs-work-pool, with the new key");
    const secret = await stage.aws.secrets.send(new GetSecretValueCommand({ SecretId: "prefect-api-key" }));
    expect(secret.SecretString).toBe(NEW_AUTH_STRING);
    env.PREFECT_API_AUTH_STRING = NEW_AUTH_STRING;
    await untilAnswered(2);
    for (const password of [AUTH_STRING, NEW_AUTH_STRING]) {
      expect(holdsKey(rotated.stdout + rotated.stderr, password)).toBe(false);
      expect(filesWithKey(stage.dir, password)).toEqual([]);
    }
  });

  test("keeps nothing but the pool after destroy", async () => {
    await stage.must(["destroy", "--yes"], { env });
    const prefect = createPrefectClient({
      apiUrl,
      version: 3,
      authString: NEW_AUTH_STRING,
      caCertificates: authority.authority,
    });
    expect((await prefect.listWorkPools()).map(({ name }) => name)).toEqual(["ecs-work-pool"]);
  });
});

async function createBucket({ cloud: { emulator } }: Stage): Promise<void> {
  const s3 = new S3Client({
    endpoint: emulator.url,
    region: emulator.region,
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    forcePathStyle: true,
  });
  await s3.send(new CreateBucketCommand({ Bucket: BUCKET }));
  s3.destroy();
}
