import { Token } from "cdktn";
import { Construct } from "constructs";
import { CloudwatchEventRule } from "#aws/cloudwatch-event-rule.ts";
import { CloudwatchEventTarget } from "#aws/cloudwatch-event-target.ts";
import { CloudwatchLogGroup } from "#aws/cloudwatch-log-group.ts";
import { LambdaFunction } from "#aws/lambda-function.ts";
import { LambdaFunctionEventInvokeConfig } from "#aws/lambda-function-event-invoke-config.ts";
import { LambdaPermission } from "#aws/lambda-permission.ts";
import { packagePath } from "#package";
import { optionalBlock } from "#terraform/blocks.ts";
import { jsonencode, tf } from "#terraform/expressions.ts";
import { noteOn } from "#terraform/notes.ts";
import { createScalerRole, type ScalerProps } from "./scaler-role.ts";

/** The newest Node that AWS provider 5.100 knows, and what the bundle is made for. */
const RUNTIME = "nodejs22.x";
const MEMORY_MIB = 128;
/** It watches for 55 s and may finish a look that takes long. */
const TIMEOUT_SECONDS = 75;
/** The least that AWS takes. A minute later the next start is due anyway. */
const OLDEST_EVENT_SECONDS = 60;

/** The function that looks ahead, with its schedule. */
export class Scaler extends Construct {
  readonly function: LambdaFunction;
  readonly logGroup: CloudwatchLogGroup;

  constructor(scope: Construct, id: string, props: ScalerProps) {
    super(scope, id);
    const { name, tags } = props;
    this.logGroup = new CloudwatchLogGroup(this, "cloudwatch_log_group", {
      name: `/prefect/scaler/${name}`,
      retentionInDays: props.logRetentionDays,
      tags,
    });
    const { role, rights } = createScalerRole(this, { ...props, logGroup: this.logGroup });
    const zip = zipFile(props);
    this.function = new LambdaFunction(this, "lambda_function", {
      functionName: name,
      description: "Sets how many tasks Prefect workers have, from what is due next.",
      role: role.arn,
      runtime: RUNTIME,
      architectures: ["arm64"],
      handler: "index.handler",
      filename: tf`${zip}`.string,
      sourceCodeHash: tf`filebase64sha256(${zip})`.string,
      memorySize: MEMORY_MIB,
      timeout: TIMEOUT_SECONDS,
      loggingConfig: { logGroup: this.logGroup.name, logFormat: "Text" },
      tags,
      dependsOn: [...rights],
    });
    const { subnetIds } = props;
    const isInside = Token.isUnresolved(subnetIds) ? tf`length(${subnetIds}) > 0` : subnetIds.length > 0;
    optionalBlock(this.function, "vpc_config", isInside, {
      subnet_ids: subnetIds,
      security_group_ids: props.securityGroupIds,
    });
    noteOn(
      this.function,
      "memory_size",
      "A CPU this small is enough to wait for answers, and the price follows it.",
    );
    new LambdaFunctionEventInvokeConfig(this, "lambda_function_event_invoke_config", {
      functionName: this.function.functionName,
      maximumRetryAttempts: 0,
      maximumEventAgeInSeconds: OLDEST_EVENT_SECONDS,
    });
    this.createSchedule(props);
  }

  /** Every minute; what the function is to do is in the event, so that it needs no environment of its own. */
  private createSchedule({
    name,
    prefectApiUrl,
    apiKeySecretArn,
    authStringSecretArn,
    caCertificates,
    clusterName,
    workers,
    tags,
  }: ScalerProps): void {
    const rule = new CloudwatchEventRule(this, "cloudwatch_event_rule", {
      name,
      description: "Starts the scaler of Prefect workers.",
      scheduleExpression: "rate(1 minute)",
      tags,
    });
    const permission = new LambdaPermission(this, "lambda_permission", {
      statementId: "schedule",
      action: "lambda:InvokeFunction",
      functionName: this.function.functionName,
      principal: "events.amazonaws.com",
      sourceArn: rule.arn,
    });
    const worker = tf`{ for name, worker in ${workers} : name => { type = worker.type, workPool = worker.work_pool, mode = worker.mode, minTasks = worker.min_tasks, maxTasks = worker.max_tasks, slots = worker.slots, coldStartSeconds = worker.cold_start_seconds } }`;
    const target = new CloudwatchEventTarget(this, "cloudwatch_event_target", {
      rule: rule.name,
      targetId: "scaler",
      arn: this.function.arn,
      input: jsonencode({
        prefectApiUrl,
        apiKeySecretArn,
        authStringSecretArn,
        caCertificates,
        cluster: clusterName,
        workers: worker,
      }),
      retryPolicy: { maximumRetryAttempts: 0, maximumEventAgeInSeconds: OLDEST_EVENT_SECONDS },
      dependsOn: [permission],
    });
    noteOn(
      target,
      "input",
      "What it is to do is in the event: so a change takes effect with the next minute.",
    );
  }
}

/** Beside the module's files, or in the published module where there is no module around it. */
function zipFile({ zipPath }: ScalerProps): unknown {
  if (zipPath !== null && !Token.isUnresolved(zipPath)) return zipPath;
  if (zipPath === null) return packagePath("modules/scaler/scaler.zip");
  return tf`coalesce(${zipPath}, "\${path.module}/scaler.zip")`;
}
