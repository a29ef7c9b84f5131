import { describe, expect, test } from "vitest";
import { evidenceOf, stopReasonFixtures, workerLog, workerLogs } from "../../../test/helpers/evidence.ts";
import { diagnose } from "./diagnose.ts";
import type { TaskEvidence } from "./evidence.ts";
import { causes } from "./table.ts";

/** Every row that speaks up, the asides too. */
const recognized = (evidence: Parameters<typeof diagnose>[0]): string[] => {
  const { main, others } = diagnose(evidence);
  return [main, ...others].flatMap((finding) => (finding ? [finding.cause] : []));
};
const exited = (log: readonly string[], exitCode = 1): Partial<TaskEvidence> => ({
  stopCode: "EssentialContainerExited",
  stoppedReason: "Essential container in task exited",
  containers: [{ name: "prefect-worker", exitCode, reason: undefined }],
  log,
});
const running = (log: readonly string[], more: Partial<TaskEvidence> = {}): Partial<TaskEvidence> => ({
  status: "RUNNING",
  health: "HEALTHY",
  log,
  ...more,
});
const unreachable = {
  code: "PREFECT_UNREACHABLE",
  message: "The Prefect API did not answer: nothing listens there.",
};

describe("what AWS documents, and what resembles it", () => {
  test.each(stopReasonFixtures())("$name is recognized as $cause and as nothing else", (fixture) => {
    const { task, events, cause, source } = fixture;
    const evidence = evidenceOf({ tasks: task ? [task] : [], service: { events: events ?? [] } });
    expect(recognized(evidence)).toEqual(cause === null ? [] : [cause]);
    expect(source).toMatch(/^https:\/\/(docs\.aws\.amazon\.com|repost\.aws)\//);
  });

  test("every cause that only AWS can produce has a fixture", () => {
    const covered = new Set(stopReasonFixtures().map(({ cause }) => cause));
    const onlyOnAws = /^(image-|no-egress|no-capacity|quota|size-above|zone-|subnet-)/;
    expect(
      causes.map(({ cause }) => cause).filter((cause) => onlyOnAws.test(cause) && !covered.has(cause)),
    ).toEqual([]);
  });
});

describe("what real workers wrote", () => {
  const ended: Record<string, string> = {
    "prefect-2-key-refused": "key-refused",
    "prefect-3-key-refused": "key-refused",
    "prefect-2-workspace-unknown": "workspace-unknown",
    "prefect-3-workspace-unknown": "workspace-unknown",
    "prefect-2-not-an-api": "api-url-wrong",
    "prefect-3-not-an-api": "api-url-wrong",
    "prefect-2-integration-missing": "integration-missing",
    "prefect-3-integration-missing": "integration-missing",
    "prefect-2-integration-missing-type-unknown": "integration-missing",
    "prefect-3-integration-missing-type-unknown": "integration-missing",
    "prefect-2-host-unknown": "api-url-wrong",
    "prefect-2-nobody-listens": "no-route-to-api",
  };
  const stayed: Record<string, string | undefined> = {
    "prefect-3-host-unknown": "api-url-wrong",
    "prefect-3-nobody-listens": "no-route-to-api",
    "prefect-2-pool-of-another-type": "pool-type-wrong",
    "prefect-3-pool-of-another-type": "pool-type-wrong",
    "prefect-3-queue-of-events-unreachable": undefined,
    "prefect-2-healthy": undefined,
  };

  test.each(Object.entries(ended))("%s, which ended the worker, is %s and nothing else", (log, cause) => {
    expect(recognized(evidenceOf({ tasks: [exited(workerLog(log))] }))).toEqual([cause]);
  });

  test.each(Object.entries(stayed))("%s, with the worker still HEALTHY, is %s", (log, cause) => {
    const pool = { ...evidenceOf().prefect.pool!, type: cause === "pool-type-wrong" ? "process" : "ecs" };
    const evidence = evidenceOf({ tasks: [running(workerLog(log))], prefect: { pool } });
    expect(recognized(evidence)).toEqual(cause === undefined ? [] : [cause]);
  });

  test("every recorded log is looked at", () => {
    expect(workerLogs()).toEqual([...Object.keys(ended), ...Object.keys(stayed)].sort());
  });
});

describe("the API", () => {
  test("that neither the worker nor this machine reaches is down", () => {
    const evidence = evidenceOf({
      tasks: [exited(workerLog("prefect-2-nobody-listens"))],
      prefect: { problem: unreachable, pool: undefined },
    });
    expect(diagnose(evidence).main).toMatchObject({
      cause: "api-down",
      sentence: expect.stringContaining("neither the worker nor this machine"),
    });
  });

  test("that cannot be asked about a worker that started well is down, and nothing is said against the worker", () => {
    const evidence = evidenceOf({
      tasks: [running(workerLog("prefect-2-healthy"))],
      prefect: { problem: unreachable, pool: undefined },
    });
    expect(recognized(evidence)).toEqual(["api-down"]);
  });

  test("that answers from here but not at the worker's own address is a wrong address", () => {
    const evidence = evidenceOf({
      apiUrl: "http://127.0.0.1:1/api",
      tasks: [running(workerLog("prefect-3-nobody-listens"))],
    });
    expect(diagnose(evidence).main).toMatchObject({
      cause: "api-url-wrong",
      sentence: expect.stringContaining("http://127.0.0.1:1/api"),
    });
  });

  test("that refuses this machine's key says so, after what the worker itself said", () => {
    const problem = { code: "PREFECT_KEY_REFUSED", message: "Prefect refuses the key." };
    const evidence = evidenceOf({
      tasks: [exited(workerLog("prefect-2-integration-missing"))],
      prefect: { problem, pool: undefined },
    });
    expect(recognized(evidence)).toEqual(["integration-missing", "api-refuses-this-machine"]);
  });
});

describe("packages", () => {
  test.each([
    "ERROR: No matching distribution found for prefect-aws==9.9.9",
    "error: No solution found when resolving dependencies: Because prefect-aws==9.9.9 was not found",
  ])("that do not exist: %s", (line) => {
    expect(recognized(evidenceOf({ tasks: [exited([line])] }))).toEqual(["packages-not-installed"]);
  });

  test("that cannot be fetched point to the network instead", () => {
    const line =
      "WARNING: Retrying (Retry(total=0)) after connection broken by 'NewConnectionError('<pip._vendor.urllib3.connection.HTTPSConnection object>: Failed to establish a new connection: [Errno 101] Network is unreachable')': /simple/prefect-aws/";
    expect(recognized(evidenceOf({ tasks: [exited([line])] }))).toEqual(["no-egress"]);
  });

  test("that are merely named in a log are no trouble", () => {
    expect(
      recognized(
        evidenceOf({
          tasks: [running(["+pip install prefect-aws==0.4.20", "Worker 'dev-worker' started!"])],
        }),
      ),
    ).toEqual([]);
  });
});

describe("other sentences of a worker's log", () => {
  test.each([
    [
      "RuntimeError: Found incompatible versions: client: 3.8.8; server: 2.20.26. Major versions must match.",
      "versions-differ",
    ],
    [
      "httpx.ConnectError: [SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: self-signed certificate (_ssl.c:1006)",
      "certificate-not-trusted",
    ],
    ["exec /usr/bin/tini: exec format error", "image-for-another-platform"],
    [
      "botocore.errorfactory.AccessDeniedException: An error occurred (AccessDeniedException) when calling the RunTask operation: User: arn:aws:sts::111122223333:assumed-role/prefect-dev-worker-task-role/1 is not authorized to perform: ecs:RunTask on resource: arn:aws:ecs:us-east-1:111122223333:task-definition/x:1",
      "permission-missing",
    ],
  ])("%s", (line, cause) => {
    expect(diagnose(evidenceOf({ tasks: [exited([line])] })).main).toMatchObject({ cause });
  });

  test("a call that is denied to a worker that lives on is told aside", () => {
    const line =
      "botocore.exceptions.ClientError: An error occurred (AccessDeniedException) when calling the GetQueueUrl operation: User: arn:aws:sts::1:assumed-role/r/1 is not authorized to perform: sqs:GetQueueUrl on resource: arn:aws:sqs:us-east-1:1:q";
    const { main, others } = diagnose(evidenceOf({ tasks: [running([line])] }));
    expect(main).toBeUndefined();
    expect(others).toMatchObject([{ cause: "permission-missing", certainty: "aside" }]);
  });
});

describe("the pool", () => {
  const prefect = evidenceOf().prefect;

  test("that is of another type is told from Prefect itself", () => {
    const evidence = evidenceOf({ prefect: { pool: { ...prefect.pool!, type: "process" } } });
    expect(diagnose(evidence).main).toMatchObject({
      cause: "pool-type-wrong",
      sentence: expect.stringContaining("process"),
    });
  });

  test("that is gone", () => {
    expect(recognized(evidenceOf({ prefect: { pool: undefined } }))).toEqual(["pool-missing"]);
  });

  test("that is paused keeps nobody from coming ONLINE, so it is told aside", () => {
    const { main, others } = diagnose(
      evidenceOf({ prefect: { pool: { ...prefect.pool!, paused: true, status: "PAUSED" } } }),
    );
    expect(main).toBeUndefined();
    expect(others).toMatchObject([
      { cause: "pool-paused", remedy: "prefect work-pool resume ecs-work-pool" },
    ]);
  });
});

describe("a name that somebody else uses", () => {
  const at = (minutes: number): Date => new Date(Date.UTC(2026, 0, 1, 12, minutes));
  const beating = (minutes: number, lastAlive: Date | undefined, more: object = {}) => {
    const row = { id: "1", name: "dev-worker", status: "ONLINE" as const, heartbeatIntervalSeconds: 30 };
    const workers = [{ ...row, lastHeartbeat: at(minutes), ...more }];
    return evidenceOf({ service: { lastAlive }, prefect: { workers } });
  };

  test("beats after the end of our last task", () => {
    expect(recognized(beating(5, at(2)))).toEqual(["name-taken"]);
  });

  test.each([
    ["was sent while a task of ours lived", beating(2, at(5))],
    ["was on its way when our last task stopped", beating(2.1, at(2))],
    ["is of a row that is OFFLINE", beating(5, at(2), { status: "OFFLINE" })],
    ["is of a worker of another name", beating(5, at(2), { name: "other-worker" })],
    ["cannot be compared, as no task of ours is known", beating(5, undefined)],
  ])("but not when the heartbeat %s", (_when, evidence) => {
    expect(recognized(evidence)).toEqual([]);
  });
});

describe("ranking", () => {
  const reason = (name: string): Partial<TaskEvidence> =>
    stopReasonFixtures().find((fixture) => fixture.name === name)!.task!;

  test("what the newest task says comes before what an older one said", () => {
    const [newest, older] = [exited(workerLog("prefect-2-key-refused")), reason("secret-denied")];
    expect(recognized(evidenceOf({ tasks: [newest, older] }))).toEqual(["key-refused", "secret-denied"]);
    expect(recognized(evidenceOf({ tasks: [older, newest] }))).toEqual(["secret-denied", "key-refused"]);
  });

  test("what is certain comes before what is likely, however old", () => {
    expect(recognized(evidenceOf({ tasks: [exited([], 0), reason("out-of-memory")] }))).toEqual([
      "out-of-memory",
      "ended-without-error",
    ]);
  });

  test("the circuit breaker's rollback is a consequence, never the cause while there is one", () => {
    const service = {
      rolledBack: true,
      rollout: { state: "FAILED", reason: "ECS deployment circuit breaker: tasks failed to start." },
    };
    expect(recognized(evidenceOf({ service, tasks: [exited([], 137)] }))).toEqual([
      "killed-by-signal",
      "rolled-back",
    ]);
  });

  test("a task that still starts is not blamed", () => {
    expect(recognized(evidenceOf({ tasks: [{ status: "PENDING" }] }))).toEqual(["still-starting"]);
  });
});

describe("an unknown cause", () => {
  const evidence = evidenceOf({
    tasks: [exited(["Traceback (most recent call last):", "ZeroDivisionError: division by zero"])],
  });

  test("is not guessed", () => {
    expect(diagnose(evidence)).toMatchObject({ main: undefined, others: [] });
  });

  test("is shown with all that was seen", () => {
    expect(diagnose(evidence).seen).toMatchInlineSnapshot(`
      [
        "service dev-worker: 0 of 1 tasks running",
        "task 01234567: STOPPED (EssentialContainerExited: Essential container in task exited); prefect-worker exit 1",
        "task 01234567 logged last:",
        "  Traceback (most recent call last):",
        "  ZeroDivisionError: division by zero",
      ]
    `);
  });
});

describe("every row", () => {
  test("names its source and its cause as one word", () => {
    for (const { cause, source } of causes) {
      expect(source).toMatch(/^https:\/\//);
      expect(cause).toMatch(/^[a-z][a-z-]+$/);
    }
  });

  test("tells a whole sentence and something to do", () => {
    for (const { task, events, cause } of stopReasonFixtures()) {
      if (cause === null) continue;
      const { main } = diagnose(evidenceOf({ tasks: task ? [task] : [], service: { events: events ?? [] } }));
      expect(main!.sentence).toMatch(/^([a-z]|AWS|ECS|Fargate|Prefect).*[^.]\.$/);
      expect(main!.sentence).not.toMatch(/undefined|NaN/);
      expect(main!.remedy.length).toBeGreaterThan(10);
      expect(main!.evidence.length).toBeGreaterThan(0);
    }
  });
});
