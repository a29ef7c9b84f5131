import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DeleteRolePolicyCommand, GetRolePolicyCommand, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import {
  DeleteSecretCommand,
  PutSecretValueCommand,
  RestoreSecretCommand,
} from "@aws-sdk/client-secrets-manager";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { awaitOnline } from "#actions/await-online.ts";
import type { Diagnosis } from "#actions/diagnosis/diagnose.ts";
import { WorkerNotOnline } from "#actions/diagnosis/worker-not-online.ts";
import { stockTemplate } from "#prefect/job-template.ts";
import { printedByDeploy } from "../helpers/printed.ts";
import { type Sabotage, sabotage, setVariable } from "../helpers/sabotage.ts";
import { openStage, type Stage } from "../helpers/stage.ts";

/**
 * Failures that this machine can really produce, with IAM enforced, real Prefect 2 workers and real processes that die. What it
 * cannot produce is in test/fixtures/stop-reasons.
 */
/** Heartbeats that one does not have to wait for. */
const environment = { PREFECT_WORKER_HEARTBEAT_SECONDS: "3" };
let stage: Stage;
let broken: Sabotage;
beforeAll(async () => {
  stage = await openStage({
    version: 2,
    authorize: true,
    config: { workers: { "dev-worker": { environment } } },
  });
  const deployed = await stage.cli(["deploy", "--yes"]);
  expect(deployed.stderr + deployed.stdout).toContain("ONLINE");
  broken = await sabotage(stage);
});
afterAll(async () => {
  broken?.close();
  await stage?.close();
});

/** Ids, times and addresses differ from run to run. */
const scrubbed = (text: string): string =>
  text
    .replaceAll(stage.cloud.door.workspaceUrl, "API")
    .replace(/\b[0-9a-f]{8}\b/g, "TASK")
    .replace(/\b[0-9a-f]{32}\b/g, "TASK")
    .replace(/-[0-9a-f]{6}\b/g, "-SUFFIX")
    .replace(/dev-worker:\d+/g, "dev-worker:REVISION");

/** Without asides: what older tasks said depends on which of them ECS still knows. */
const printed = (diagnosis: Diagnosis): string => scrubbed(printedByDeploy({ ...diagnosis, others: [] }));

/** Without a policy of a role for as long as `work` takes. */
async function withoutPolicy<T>(RoleName: string, PolicyName: string, work: () => Promise<T>): Promise<T> {
  const { iam } = stage.aws;
  const { PolicyDocument } = await iam.send(new GetRolePolicyCommand({ RoleName, PolicyName }));
  await iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName }));
  return work().finally(() =>
    iam.send(
      new PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument: decodeURIComponent(PolicyDocument!) }),
    ),
  );
}

/** A folder whose code every Python process of a task runs first, as a broken image would. */
async function brokenImage(name: string, code: string): Promise<string> {
  const folder = join(stage.dir, "..", name);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "sitecustomize.py"), code);
  return folder;
}

describe("a flow run that the worker may not start", () => {
  test("crashes, and run names the permission", async () => {
    const { stdout, status } = await withoutPolicy("prefect-dev-worker-task-role", "run-flows", () =>
      stage.cli(["run"]),
    );
    expect(stdout).toMatch(/It crashed: arn:aws:\S+ lacks the permission ecs:\w+/);
    expect(stdout).toContain("Next: Put the roles' policies back: prefect-fargate deploy");
    expect(status).toBe(4);
  });
});

describe("a pool that has become one of another type", () => {
  test("does not pass the gate, though its worker is ONLINE", async () => {
    const name = "ecs-work-pool";
    const replace = async (type: string) => {
      await stage.prefect.deleteWorkPool(name);
      await stage.prefect.createWorkPool({ name, type, baseJobTemplate: stockTemplate(2) });
    };
    await replace("process");
    const error = await awaitOnline(
      "dev-worker",
      broken.system,
      broken,
      { update: () => {} },
      { timeoutSeconds: 60 },
    )
      .catch((refusal: unknown) => refusal)
      .finally(() => replace("ecs"));
    expect(error).toBeInstanceOf(WorkerNotOnline);
    // The worker warns of it as well, once it has looked at its pool: before or after we do.
    const warning = /^ *task TASK logged: Worker type mismatch! .*\n/m;
    expect(printed((error as WorkerNotOnline).diagnosis).replace(warning, "")).toMatchInlineSnapshot(`
      "WORKER_NOT_ONLINE: Worker dev-worker did not come ONLINE: its work pool ecs-work-pool is of type process, not ecs, and a pool cannot change its type.
        Prefect: work pool ecs-work-pool has type process
        See https://docs.prefect.io/v3/concepts/work-pools
        Waited SECONDS s for service dev-worker; last seen: STATE.
      → Choose another name for workPool in prefect-fargate.config.ts, or delete the pool: prefect work-pool delete ecs-work-pool
      "
    `);
  });
});

describe("a worker that does not come ONLINE because", () => {
  test("its secret waits for its deletion", async () => {
    const SecretId = broken.system.api_key_secret_arn;
    await stage.aws.secrets.send(new DeleteSecretCommand({ SecretId, RecoveryWindowInDays: 7 }));
    const diagnosis = await broken.diagnosed(await broken.restart());
    await stage.aws.secrets.send(new RestoreSecretCommand({ SecretId }));
    expect(printed(diagnosis)).toMatchInlineSnapshot(`
      "WORKER_NOT_ONLINE: Worker dev-worker did not come ONLINE: the secret with the Prefect API key, arn:aws:secretsmanager:us-east-1:000000000000:secret:prefect-api-key-SUFFIX, waits for its deletion and cannot be read.
        task TASK: ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: unable to retrieve secret from asm: service call has been retried 1 time(s): failed to fetch secret arn:aws:secretsmanager:us-east-1:000000000000:secret:prefect-api-key-SUFFIX from secrets manager: InvalidRequestException: You can't perform this operation on the secret because it was marked for deletion.
        See https://docs.aws.amazon.com/AmazonECS/latest/developerguide/resource-initialization-error.html
        Waited SECONDS s for service dev-worker; last seen: STATE.
      → aws secretsmanager restore-secret --secret-id arn:aws:secretsmanager:us-east-1:000000000000:secret:prefect-api-key-SUFFIX --region us-east-1
      "
    `);
  });

  test("its execution role may not read the secret", async () => {
    const diagnosis = await withoutPolicy("prefect-task-execution-role", "read-prefect-api-key", async () =>
      broken.diagnosed(await broken.restart()),
    );
    expect(printed(diagnosis)).toMatchInlineSnapshot(`
      "WORKER_NOT_ONLINE: Worker dev-worker did not come ONLINE: arn:aws:iam::000000000000:role/prefect-task-execution-role may not read the secret with the Prefect API key: it lacks secretsmanager:GetSecretValue.
        task TASK: ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: unable to retrieve secret from asm: service call has been retried 1 time(s): failed to fetch secret arn:aws:secretsmanager:us-east-1:000000000000:secret:prefect-api-key-SUFFIX from secrets manager: AccessDeniedException: User: arn:aws:sts::000000000000:assumed-role/prefect-task-execution-role/TASK is not authorized to perform: secretsmanager:GetSecretValue because no identity-based policy allows the secretsmanager:GetSecretValue action
        See https://docs.aws.amazon.com/AmazonECS/latest/developerguide/resource-initialization-error.html
        Waited SECONDS s for service dev-worker; last seen: STATE.
      → Put the role's policy back: prefect-fargate deploy. If it was never changed, a policy of your organization denies it
      "
    `);
  });

  test("its log group does not exist", async () => {
    const system = await broken.redefine((_definition, container) => {
      container.logConfiguration!.options!["awslogs-group"] = "/prefect/gone";
    });
    expect(printed(await broken.diagnosed(system))).toMatchInlineSnapshot(`
      "WORKER_NOT_ONLINE: Worker dev-worker did not come ONLINE: its log group /prefect/gone does not exist, and a task that cannot log does not start.
        task TASK: ResourceInitializationError: failed to validate logger args: create stream has been retried 1 times: failed to create Cloudwatch log stream: ResourceNotFoundException: The specified log group does not exist: /prefect/gone : exit status 1
        See https://docs.aws.amazon.com/AmazonECS/latest/developerguide/resource-initialization-error.html
        Waited SECONDS s for service dev-worker; last seen: STATE.
      → Make it again: prefect-fargate deploy
      "
    `);
  });

  test("Prefect refuses the key", async () => {
    const put = (SecretString: string) =>
      stage.aws.secrets.send(
        new PutSecretValueCommand({ SecretId: broken.system.api_key_secret_arn, SecretString }),
      );
    await put("pnu_0000000000000000000000000000000000000000");
    const diagnosis = await broken.diagnosed(await broken.restart()).finally(() => put(stage.cloud.apiKey));
    expect(printed(diagnosis)).toMatchInlineSnapshot(`
      "WORKER_NOT_ONLINE: Worker dev-worker did not come ONLINE: Prefect refuses the API key that is in arn:aws:secretsmanager:us-east-1:000000000000:secret:prefect-api-key-SUFFIX.
        task TASK logged: PrefectHTTPStatusError: Client error '401 Unauthorized' for url 'API/work_pools/ecs-work-pool'
        See https://docs.prefect.io/v3/how-to-guides/cloud/manage-users/api-keys
        Waited SECONDS s for service dev-worker; last seen: STATE.
      → Put a valid key there: prefect-fargate rotate-key
      "
    `);
  });

  test("it uses more memory than it has", async () => {
    const folder = await brokenImage(
      "greedy",
      "hoard = bytearray(b'x' * (600 << 20))\nimport time; time.sleep(30)\n",
    );
    const system = await broken.redefine((definition, container) => {
      Object.assign(definition, { cpu: "256", memory: "512" });
      setVariable(container, "PYTHONPATH", folder);
    });
    expect(printed(await broken.diagnosed(system))).toMatchInlineSnapshot(`
      "WORKER_NOT_ONLINE: Worker dev-worker did not come ONLINE: it was killed for using more memory than its 512 MiB.
        task TASK: prefect-worker ended with exit code 137 (OutOfMemoryError: Container killed due to memory usage)
        See https://repost.aws/knowledge-center/ecs-resolve-outofmemory-errors
        Waited SECONDS s for service dev-worker; last seen: STATE.
      → Set memoryMiB: 1024 in prefect-fargate.config.ts
      "
    `);
  });

  test("a signal kills it", async () => {
    const folder = await brokenImage("mortal", "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)\n");
    const system = await broken.redefine((_definition, container) =>
      setVariable(container, "PYTHONPATH", folder),
    );
    expect(printed(await broken.diagnosed(system))).toMatchInlineSnapshot(`
      "WORKER_NOT_ONLINE: Worker dev-worker did not come ONLINE: it was killed by SIGKILL, and AWS does not say that memory was the reason.
        task TASK: prefect-worker ended with exit code 137
        See https://docs.aws.amazon.com/AmazonECS/latest/developerguide/stopped-task-error-codes.html
        Waited SECONDS s for service dev-worker; last seen: STATE.
      → Look at what it did last: prefect-fargate logs --since 1h. If it grew until then: Set memoryMiB: 2048 in prefect-fargate.config.ts
      "
    `);
  });

  test("its health check fails", async () => {
    const system = await broken.redefine((_definition, container) => {
      const command = ["CMD-SHELL", "exit 1"];
      container.healthCheck = { command, interval: 5, timeout: 2, retries: 1, startPeriod: 0 };
    });
    expect(printed(await broken.diagnosed(system))).toMatchInlineSnapshot(`
      "WORKER_NOT_ONLINE: Worker dev-worker did not come ONLINE: its container runs, but its health check fails: the worker has not joined its pool in time, or hangs.
        task TASK: Task failed container health checks
        service dev-worker: (task TASK) failed container health checks.
        See https://docs.aws.amazon.com/AmazonECS/latest/developerguide/healthcheck.html
        Waited SECONDS s for service dev-worker; last seen: STATE.
      → See what it waits for: prefect-fargate logs --since 1h
      "
    `);
  });

  test("its integration is missing", async () => {
    const system = await broken.redefine((_definition, container) =>
      setVariable(container, "EXTRA_PIP_PACKAGES", ""),
    );
    expect(printed(await broken.diagnosed(system))).toMatchInlineSnapshot(`
      "WORKER_NOT_ONLINE: Worker dev-worker did not come ONLINE: its image prefecthq/prefect:2-latest has no prefect-aws, and nothing installs it.
        task TASK logged: Client error '404 Not Found' for url 'API/collections/work_pool_types'
        See https://docs.prefect.io/integrations/prefect-aws
        Waited SECONDS s for service dev-worker; last seen: STATE.
      → Take extraPipPackages out of prefect-fargate.config.ts, which gives the pinned integration, or use an image that has it
      "
    `);
  });

  test("its secret was deleted for good", async () => {
    const SecretId = broken.system.api_key_secret_arn;
    await stage.aws.secrets.send(new DeleteSecretCommand({ SecretId, ForceDeleteWithoutRecovery: true }));
    expect(printed(await broken.diagnosed(await broken.restart()))).toMatchInlineSnapshot(`
      "WORKER_NOT_ONLINE: Worker dev-worker did not come ONLINE: the secret with the Prefect API key, arn:aws:secretsmanager:us-east-1:000000000000:secret:prefect-api-key-SUFFIX, does not exist.
        task TASK: ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: unable to retrieve secret from asm: service call has been retried 1 time(s): ResourceNotFoundException: The task can't retrieve the secret with ARN 'arn:aws:secretsmanager:us-east-1:000000000000:secret:prefect-api-key-SUFFIX' from AWS Secrets Manager. Check whether the secret exists in the specified Region
        See https://docs.aws.amazon.com/AmazonECS/latest/developerguide/resource-initialization-error.html
        Waited SECONDS s for service dev-worker; last seen: STATE.
      → Put it back and deploy again: prefect-fargate deploy; one that waits for deletion comes back with: aws secretsmanager restore-secret --secret-id arn:aws:secretsmanager:us-east-1:000000000000:secret:prefect-api-key-SUFFIX --region us-east-1
      "
    `);
  });
});

describe("deploy", () => {
  test("of a worker whose packages do not exist is rolled back by the breaker, and says why and what to type", async () => {
    const extraPipPackages = ["prefect-aws==0.0.1"];
    await stage.configure({ workers: { "dev-worker": { environment, extraPipPackages } } });
    const { stderr, status } = await stage.cli(["deploy", "--yes"]);
    expect(status).toBe(1);
    expect(scrubbed(stderr.slice(stderr.indexOf("WORKER_NOT_ONLINE")))).toMatchInlineSnapshot(`
      "WORKER_NOT_ONLINE: Worker dev-worker did not come ONLINE: the packages that its image installs at the start cannot be installed: prefect-aws==0.0.1.
        task TASK logged: EXTRA_PIP_PACKAGES (prefect-aws==0.0.1) cannot be installed: extraPipPackages (prefect-aws==0.0.1) could not be installed: no set of packages fits what was asked for.
        See https://docs.prefect.io/v3/how-to-guides/self-hosted/docker
        Also: its tasks did not stay up, and ECS's circuit breaker put the revision before back. → Correct the cause and deploy again: prefect-fargate deploy
        ECS rolled service dev-worker back to dev-worker:REVISION: the tasks of dev-worker:REVISION did not stay up.
      → Correct extraPipPackages in prefect-fargate.config.ts, and try it: pip install --dry-run prefect-aws==0.0.1
      "
    `);
  });
});
