import { TerraformLocal } from "cdktn";
import type { Construct } from "constructs";
import type { CloudwatchLogGroup } from "#aws/cloudwatch-log-group.ts";
import { EcsTaskDefinition } from "#aws/ecs-task-definition.ts";
import type { IamRole } from "#aws/iam-role.ts";
import { optionalBlock } from "#terraform/blocks.ts";
import { jsonencode, namedList, tf } from "#terraform/expressions.ts";
import { noteOn } from "#terraform/notes.ts";
import { regionOf } from "./account.ts";
import { beyondUsualStorage } from "./ephemeral-storage.ts";
import { CA_VARIABLE } from "./interfaces/trusted-start.ts";
import type { PrefectCredentials } from "./prefect-credentials.ts";
import { trustingCommand } from "./trusting-command.ts";
import type { WorkerProps } from "./worker-props.ts";

const WORKER_CONTAINER = "prefect-worker";

/** Prefect serves its health only when it has joined the pool, after packages were installed. */
const HEALTH_START_PERIOD_SECONDS = 120;
/** The image has Python, but not surely curl. The shell fills in the port. */
const HEALTH_COMMAND =
  "python -c \"import urllib.request as r; r.urlopen('http://127.0.0.1:${PREFECT_WORKER_WEBSERVER_PORT:-8080}/health', timeout=5)\"";

type TaskInputs =
  | "name"
  | "prefectApiUrl"
  | "prefectAccountId"
  | "prefectWorkspaceId"
  | "caCertificates"
  | "executionRoleArn"
  | "environment"
  | "cpu"
  | "memoryMiB"
  | "cpuArchitecture"
  | "ephemeralStorageGiB"
  | "stopTimeoutSeconds"
  | "tags";

interface WorkerTaskProps extends Pick<WorkerProps, TaskInputs> {
  readonly image: string;
  readonly extraPipPackages: string[];
  readonly command: string[];
  /** Settings that go with the type of the worker; those that are null or empty are left out. */
  readonly settings: Readonly<Record<string, unknown>>;
  readonly credentials: PrefectCredentials;
  readonly logGroup: CloudwatchLogGroup;
  readonly role: IamRole;
}

/** The worker's task definition. */
export function createTaskDefinition(scope: Construct, props: WorkerTaskProps): EcsTaskDefinition {
  const { role, tags } = props;
  const ours = new TerraformLocal(scope, "settings", {
    PREFECT_API_URL: props.prefectApiUrl,
    [CA_VARIABLE]: props.caCertificates,
    PREFECT_ACCOUNT_ID: props.prefectAccountId,
    PREFECT_WORKSPACE_ID: props.prefectWorkspaceId,
    EXTRA_PIP_PACKAGES: tf`join(" ", ${props.extraPipPackages})`,
    ...props.settings,
  });
  const environment = new TerraformLocal(
    scope,
    "environment",
    tf`merge({ for name, value in ${ours.fqn} : name => value if value != null && value != "" }, ${props.environment})`,
  );

  const container = {
    name: WORKER_CONTAINER,
    image: props.image,
    essential: true,
    command: trustingCommand(props.caCertificates, props.command),
    environment: namedList(environment.asStringMap, "value"),
    secrets: props.credentials.secrets,
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
        "awslogs-group": props.logGroup.name,
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
