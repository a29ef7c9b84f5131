import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type {
  Evidence,
  PrefectEvidence,
  ServiceEvidence,
  TaskEvidence,
} from "#actions/diagnosis/evidence.ts";
import type { WorkPool } from "#prefect/work-pools.ts";

const FIXTURES = join(import.meta.dirname, "..", "fixtures");
const API_URL = "https://api.example.test/api";

export interface EvidenceParts {
  readonly tasks?: readonly Partial<TaskEvidence>[];
  readonly service?: Partial<ServiceEvidence>;
  readonly prefect?: Partial<PrefectEvidence>;
  /** PREFECT_API_URL of the worker. */
  readonly apiUrl?: string;
}

const pool: WorkPool = {
  id: "1",
  name: "ecs-work-pool",
  type: "ecs",
  description: undefined,
  paused: false,
  status: "NOT_READY",
  concurrencyLimit: undefined,
  baseJobTemplate: { job_configuration: {}, variables: { type: "object", properties: {} } },
} as unknown as WorkPool;

/** The evidence of a worker that has not come ONLINE, in which nothing tells why unless it is given. */
export function evidenceOf({ tasks = [], service, prefect, apiUrl = API_URL }: EvidenceParts = {}): Evidence {
  return {
    subject: "worker",
    worker: "dev-worker",
    workerType: "ecs",
    region: "us-east-1",
    cluster: "prefect-cluster",
    service: {
      name: "dev-worker",
      desiredCount: 1,
      runningCount: 0,
      rollout: { state: "IN_PROGRESS", reason: "ECS deployment ecs-svc/1 in progress." },
      rolledBack: false,
      subnetIds: ["subnet-a", "subnet-b"],
      assignPublicIp: false,
      lastAlive: undefined,
      events: [],
      ...service,
    },
    definition: {
      image: "prefecthq/prefect:2-latest",
      cpu: 512,
      memoryMiB: 1024,
      architecture: "X86_64",
      executionRoleArn: "arn:aws:iam::111122223333:role/prefect-task-execution-role",
      taskRoleArn: "arn:aws:iam::111122223333:role/prefect-dev-worker-task-role",
      secretArn: "arn:aws:secretsmanager:us-east-1:111122223333:secret:prefect-api-key-AbCdEf",
      secretVariable: "PREFECT_API_KEY",
      logGroup: "/prefect/dev-worker/worker",
      apiUrl,
      extraPipPackages: "prefect-aws==0.4.20",
    },
    tasks: tasks.map((task, index) => ({
      id: `${index}123456789abcdef0123456789abcdef`,
      status: task.stopCode ? "STOPPED" : "RUNNING",
      health: "UNKNOWN",
      startedAt: undefined,
      stoppedAt: undefined,
      stopCode: undefined,
      stoppedReason: undefined,
      containers: [],
      log: [],
      ...task,
    })),
    prefect: {
      apiUrl: API_URL,
      workPool: "ecs-work-pool",
      problem: undefined,
      pool,
      workers: [],
      ...prefect,
    },
    told: [],
    unseen: [],
  };
}

export interface StopReasonFixture {
  readonly name: string;
  /** The page that documents the words. */
  readonly source: string;
  readonly cause: string | null;
  readonly task?: Partial<TaskEvidence>;
  readonly events?: readonly string[];
}

/** AWS's documented words, as far as this machine cannot produce them. */
export const stopReasonFixtures = (): StopReasonFixture[] =>
  readdirSync(join(FIXTURES, "stop-reasons"))
    .filter((file) => file.endsWith(".json"))
    .sort()
    .map((file) => ({
      name: file.replace(/\.json$/, ""),
      ...JSON.parse(readFileSync(join(FIXTURES, "stop-reasons", file), "utf8")),
    }));

/** What real workers of Prefect 2.20 and 3.8 wrote, line by line. */
export const workerLog = (name: string): string[] =>
  readFileSync(join(FIXTURES, "worker-logs", `${name}.log`), "utf8").split("\n");

export const workerLogs = (): string[] =>
  readdirSync(join(FIXTURES, "worker-logs"))
    .filter((file) => file.endsWith(".log"))
    .map((file) => file.replace(/\.log$/, ""))
    .sort();
