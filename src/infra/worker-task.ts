import { TerraformLocal, Token } from "cdktn";
import type { Construct } from "constructs";
import { EcsTaskDefinition } from "#aws/ecs-task-definition.ts";
import type { IamRole } from "#aws/iam-role.ts";
import { optionalBlock } from "#terraform/blocks.ts";
import { choose, jsonencode, namedList, tf } from "#terraform/expressions.ts";
import { note, noteOn } from "#terraform/notes.ts";
import { regionOf } from "./account.ts";
import type { CrashObserver } from "./crash-observer.ts";
import { beyondUsualStorage } from "./ephemeral-storage.ts";
import type { WorkerLogs } from "./worker-logs.ts";
import type { WorkerProps } from "./worker-props.ts";
import type { WorkerSettings } from "./worker-settings.ts";

const WORKER_CONTAINER = "prefect-worker";

/** Prefect serves its health only when it has joined the pool, after packages were installed. */
const HEALTH_START_PERIOD_SECONDS = 120;
/** The image has Python, but not surely curl. The shell fills in the port. */
const HEALTH_COMMAND =
  "python -c \"import urllib.request as r; r.urlopen('http://127.0.0.1:${PREFECT_WORKER_WEBSERVER_PORT:-8080}/health', timeout=5)\"";

/**
 * Starts a worker that is named for its task, with pool and name as $0 and $1 and more arguments after them: workers of
 * one name share a row in Prefect, which could not tell a dead one from a living one.
 */
const START_NAMED_FOR_TASK = [
  "task=$(python -c \"import json, os, urllib.request as r; print(json.load(r.urlopen(os.environ['ECS_CONTAINER_METADATA_URI_V4'] + '/task', timeout=5))['TaskARN'].split('/')[-1])\")",
  'name="$1-$task"',
  "shift",
  'exec prefect worker start --pool "$0" --name "$name" --type ecs --with-healthcheck "$@"',
].join("; ");

interface WorkerTaskProps extends WorkerProps {
  readonly settings: WorkerSettings;
  readonly logs: WorkerLogs;
  readonly role: IamRole;
  readonly observer: CrashObserver;
}

/** The worker's task definition. */
export function createTaskDefinition(scope: Construct, props: WorkerTaskProps): EcsTaskDefinition {
  const { settings, logs, role, observer, tags } = props;
  const ours = new TerraformLocal(scope, "settings", {
    PREFECT_API_URL: props.prefectApiUrl,
    PREFECT_ACCOUNT_ID: props.prefectAccountId,
    PREFECT_WORKSPACE_ID: props.prefectWorkspaceId,
    EXTRA_PIP_PACKAGES: tf`join(" ", ${settings.extraPipPackages})`,
    PREFECT_INTEGRATIONS_AWS_ECS_OBSERVER_SQS_QUEUE_NAME: tf`one(${observer.queueNames})`,
  });
  const environment = new TerraformLocal(
    scope,
    "environment",
    tf`merge({ for name, value in ${ours.fqn} : name => value if value != null && value != "" }, ${props.environment})`,
  );
  const command = createCommand(scope, props);

  const container = {
    name: WORKER_CONTAINER,
    image: settings.image,
    essential: true,
    command,
    environment: namedList(environment.asStringMap, "value"),
    secrets: [{ name: "PREFECT_API_KEY", valueFrom: props.apiKeySecretArn }],
    // A deploy ends when the new task is healthy, so it is looked at often; a minute of silence makes it unhealthy.
    healthCheck: {
      command: ["CMD-SHELL", HEALTH_COMMAND],
      interval: 10,
      timeout: 5,
      retries: 6,
      startPeriod: HEALTH_START_PERIOD_SECONDS,
    },
    stopTimeout: props.stopTimeoutSeconds,
    logConfiguration: {
      logDriver: "awslogs",
      options: {
        "awslogs-group": logs.worker.name,
        "awslogs-region": regionOf(scope),
        "awslogs-stream-prefix": props.name,
      },
    },
  };
  const definition = new EcsTaskDefinition(scope, "worker_ecs_task_definition", {
    family: props.name,
    requiresCompatibilities: ["FARGATE"],
    networkMode: "awsvpc",
    cpu: tf`${props.cpu}`.string,
    memory: tf`${props.memoryMiB}`.string,
    executionRoleArn: props.executionRoleArn,
    taskRoleArn: role.arn,
    runtimePlatform: { operatingSystemFamily: "LINUX", cpuArchitecture: props.cpuArchitecture },
    containerDefinitions: jsonencode([container]),
    tags,
    lifecycle: { createBeforeDestroy: true },
  });
  optionalBlock(definition, "ephemeral_storage", ...beyondUsualStorage(props.ephemeralStorageGiB));
  noteOn(
    definition,
    "container_definitions",
    "The image's entrypoint stays: it installs EXTRA_PIP_PACKAGES and passes signals on.",
  );
  return definition;
}

function createCommand(
  scope: Construct,
  { desiredCount, workPool, workQueues, name }: WorkerProps,
): string[] {
  const queues = tf`flatten([for queue in ${workQueues} : ["--work-queue", queue]])`;
  const start = [
    ...["prefect", "worker", "start", "--pool", workPool, "--name", name],
    ...["--type", "ecs", "--with-healthcheck"],
  ];
  const one = new TerraformLocal(scope, "start_worker", tf`concat(${start}, ${queues})`);
  const startNamed = ["sh", "-ec", START_NAMED_FOR_TASK, workPool, name];
  const several = new TerraformLocal(scope, "start_named_worker", tf`concat(${startNamed}, ${queues})`);
  note(several, "Workers of one name share a row in Prefect: several are named for their tasks.");
  const isOne = Token.isUnresolved(desiredCount) ? tf`${desiredCount} <= 1` : desiredCount <= 1;
  return choose(isOne, one.asList, several.asList);
}
