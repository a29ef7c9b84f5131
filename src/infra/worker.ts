import { Construct } from "constructs";
import type { EcsService } from "#aws/ecs-service.ts";
import type { EcsTaskDefinition } from "#aws/ecs-task-definition.ts";
import { createBaseJobTemplate } from "./base-job-template.ts";
import { createCrashObserver } from "./crash-observer.ts";
import { createFlowAccess, type FlowAccess } from "./flow-access.ts";
import { createWorkerAccess, type WorkerAccess } from "./worker-access.ts";
import { createLogs, type WorkerLogs } from "./worker-logs.ts";
import type { WorkerProps } from "./worker-props.ts";
import { createService } from "./worker-service.ts";
import { createSettings } from "./worker-settings.ts";
import { createTaskDefinition } from "./worker-task.ts";

/** A Prefect worker on Fargate, and all that its flow runs need. */
export class Worker extends Construct {
  readonly logs: WorkerLogs;
  readonly flows: FlowAccess;
  readonly access: WorkerAccess;
  readonly taskDefinition: EcsTaskDefinition;
  readonly service: EcsService;
  /** The work pool's base job template, as JSON. */
  readonly baseJobTemplate: string;

  constructor(scope: Construct, id: string, props: WorkerProps) {
    super(scope, id);
    const settings = createSettings(this, props);
    const logs = createLogs(this, props);
    const observer = createCrashObserver(this, props);
    const flows = createFlowAccess(this, props);
    const access = createWorkerAccess(this, { ...props, logs, flows, observer });
    const taskDefinition = createTaskDefinition(this, {
      ...props,
      settings,
      logs,
      role: access.role,
      observer,
    });
    const service = createService(this, { ...props, taskDefinition, access, logs });
    this.baseJobTemplate = createBaseJobTemplate(this, { ...props, settings, logs, flows });
    this.logs = logs;
    this.flows = flows;
    this.access = access;
    this.taskDefinition = taskDefinition;
    this.service = service;
  }
}
