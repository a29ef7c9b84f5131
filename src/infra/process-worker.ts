import { type ITerraformDependable, TerraformLocal, Token } from "cdktn";
import { Construct } from "constructs";
import { CloudwatchLogGroup } from "#aws/cloudwatch-log-group.ts";
import type { EcsTaskDefinition } from "#aws/ecs-task-definition.ts";
import type { IamRole } from "#aws/iam-role.ts";
import type { SecurityGroup } from "#aws/security-group.ts";
import { packagePath } from "#package";
import { jsonencode, tf } from "#terraform/expressions.ts";
import { note } from "#terraform/notes.ts";
import { createFlowEgress } from "./flow-egress.ts";
import { prefectCredentials } from "./prefect-credentials.ts";
import { createProcessWorkerRole } from "./process-worker-role.ts";
import { startSupervisor } from "./start-worker.ts";
import type { ProcessWorkerProps } from "./worker-props.ts";
import { createWorkerSecurityGroup } from "./worker-security-group.ts";
import { createService, type WorkerService } from "./worker-service.ts";
import { createTaskDefinition } from "./worker-task.ts";

/** A run is taken so early that neither the poll nor the start of a Python process makes it late: see docs/scaling.md. */
const TAKE_AHEAD_SECONDS = 20;

/** A Prefect worker on Fargate whose flow runs are processes inside its tasks. */
export class ProcessWorker extends Construct {
  readonly role: IamRole;
  readonly securityGroup: SecurityGroup;
  readonly logGroup: CloudwatchLogGroup;
  readonly taskDefinition: EcsTaskDefinition;
  readonly service: WorkerService;
  /** The work pool's base job template, as JSON. */
  readonly baseJobTemplate: string;

  constructor(scope: Construct, id: string, props: ProcessWorkerProps) {
    super(scope, id);
    this.logGroup = new CloudwatchLogGroup(this, "worker_cloudwatch_log_group", {
      name: `/prefect/${props.name}/worker`,
      retentionInDays: props.logRetentionDays,
      tags: props.tags,
    });
    const { role, rights } = createProcessWorkerRole(this, props);
    const { securityGroup, egress } = createWorkerSecurityGroup(this, props);
    const flowEgress = createFlowEgress(this, securityGroup, props.egressCidrs);
    this.taskDefinition = createTaskDefinition(this, {
      ...props,
      command: startSupervisor(this, props),
      settings: { PREFECT_WORKER_PREFETCH_SECONDS: String(TAKE_AHEAD_SECONDS) },
      credentials: prefectCredentials(this, props),
      logGroup: this.logGroup,
      role,
    });
    this.service = createService(this, {
      ...props,
      taskDefinition: this.taskDefinition,
      securityGroup,
      dependsOn: [...rights, egress, flowEgress, this.logGroup] as ITerraformDependable[],
      // Each task is a worker with a name of its own.
      single: false,
    });
    this.role = role;
    this.securityGroup = securityGroup;
    this.baseJobTemplate = createProcessTemplate(this, props);
  }
}

/** Nothing in it depends on the infrastructure: runs are where the worker is, and inherit its environment. */
function createProcessTemplate(scope: Construct, { prefectVersion }: ProcessWorkerProps): string {
  const file = Token.isUnresolved(prefectVersion)
    ? tf`"\${path.module}/templates/process-\${${prefectVersion}}.json"`
    : packagePath(`modules/process-worker/templates/process-${prefectVersion}.json`);
  const stock = new TerraformLocal(scope, "stock_template", tf`jsondecode(file(${file}))`);
  note(stock, "The template that Prefect brings: runs are where the worker is, and inherit its environment.");
  return jsonencode(tf`${stock.fqn}`);
}
