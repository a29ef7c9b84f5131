import type { ITerraformDependable } from "cdktn";
import { Construct } from "constructs";
import type { EcsTaskDefinition } from "#aws/ecs-task-definition.ts";
import { tf } from "#terraform/expressions.ts";
import { createBaseJobTemplate } from "./base-job-template.ts";
import { createCrashObserver } from "./crash-observer.ts";
import { createFlowAccess, type FlowAccess } from "./flow-access.ts";
import { prefectCredentials } from "./prefect-credentials.ts";
import { startWorker } from "./start-worker.ts";
import { isSingle } from "./task-count.ts";
import { createWorkerAccess, type WorkerAccess } from "./worker-access.ts";
import { createLogs, type WorkerLogs } from "./worker-logs.ts";
import type { WorkerProps } from "./worker-props.ts";
import { createService, type WorkerService } from "./worker-service.ts";
import { createSettings } from "./worker-settings.ts";
import { createTaskDefinition } from "./worker-task.ts";

/**
 * A scheduled run is submitted so many seconds early, and waits for its time in its own task: a cold start takes less in 95 of
 * 100 cases. https://docs.prefect.io/v3/api-ref/settings-ref#workersettings
 */
const SUBMIT_AHEAD_SECONDS = 60;
/** Prefect's default is 10 s, in which a run that nobody announced waits for nothing. */
const LOOK_FOR_RUNS_SECONDS = 5;

/** A Prefect worker on Fargate, and all that its flow runs need. */
export class Worker extends Construct {
  readonly logs: WorkerLogs;
  readonly flows: FlowAccess;
  readonly access: WorkerAccess;
  readonly taskDefinition: EcsTaskDefinition;
  readonly service: WorkerService;
  /** The work pool's base job template, as JSON. */
  readonly baseJobTemplate: string;

  constructor(scope: Construct, id: string, props: WorkerProps) {
    super(scope, id);
    const settings = createSettings(this, props);
    const credentials = prefectCredentials(this, props);
    const logs = createLogs(this, props);
    const observer = createCrashObserver(this, props);
    const flows = createFlowAccess(this, props);
    const access = createWorkerAccess(this, { ...props, logs, flows, observer });
    const taskDefinition = createTaskDefinition(this, {
      ...props,
      image: settings.image,
      extraPipPackages: settings.extraPipPackages,
      command: startWorker(this, props),
      settings: {
        PREFECT_WORKER_PREFETCH_SECONDS: String(SUBMIT_AHEAD_SECONDS),
        PREFECT_WORKER_QUERY_SECONDS: String(LOOK_FOR_RUNS_SECONDS),
        PREFECT_INTEGRATIONS_AWS_ECS_OBSERVER_SQS_QUEUE_NAME: tf`one(${observer.queueNames})`,
      },
      credentials,
      logGroup: logs.worker,
      role: access.role,
    });
    this.service = createService(this, {
      ...props,
      taskDefinition,
      securityGroup: access.securityGroup,
      dependsOn: [...access.rights, logs.worker] as ITerraformDependable[],
      single: isSingle(props),
    });
    this.baseJobTemplate = createBaseJobTemplate(this, { ...props, settings, credentials, logs, flows });
    this.logs = logs;
    this.flows = flows;
    this.access = access;
    this.taskDefinition = taskDefinition;
  }
}
