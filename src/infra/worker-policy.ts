import { TerraformLocal } from "cdktn";
import type { Construct } from "constructs";
import { jsonencode, tf } from "#terraform/expressions.ts";
import { note } from "#terraform/notes.ts";
import { accountOf } from "./account.ts";
import type { CrashObserver } from "./crash-observer.ts";
import type { FlowAccess } from "./flow-access.ts";
import { OPEN_SHELL, type Statement } from "./policy.ts";
import type { WorkerLogs } from "./worker-logs.ts";
import type { WorkerProps } from "./worker-props.ts";

interface WorkerPolicyProps extends WorkerProps {
  readonly logs: WorkerLogs;
  readonly flows: FlowAccess;
  readonly observer: CrashObserver;
}

/**
 * Just the calls that prefect-aws makes. `*` stands only where AWS has no resource to name:
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerservice.html
 * Deregistering task definitions is not among them: the job template leaves it off.
 */
export function workerPolicy(scope: Construct, props: WorkerPolicyProps): string {
  const { clusterArn, executionRoleArn, flows, logs, observer } = props;
  const { partition, region, id: accountId } = accountOf(scope);
  const ecs = new TerraformLocal(scope, "ecs_arn", `arn:${partition}:ecs:${region}:${accountId}`).asString;
  const owner = new TerraformLocal(scope, "pool_owner", tf`compact([${props.poolOwner}])`);
  note(owner, "The pool's job template names the role and the log group of the worker that has the pool.");
  const role = `arn:${partition}:iam::${accountId}:role${props.rolePath}prefect`;
  const ownersRole = tf`[for name in ${owner.fqn} : format("%s-%s-flow-task-role", ${role}, name)]`;
  const logGroup = `arn:${partition}:logs:${region}:${accountId}:log-group:/prefect`;
  const ownersLogs = tf`[for name in ${owner.fqn} : format("%s/%s/flow-runs:log-stream:*", ${logGroup}, name)]`;
  const inOurCluster = { ArnEquals: { "ecs:cluster": clusterArn } };

  const always: Statement[] = [
    {
      Sid: "RunFlows",
      Effect: "Allow",
      Action: "ecs:RunTask",
      Resource: `${ecs}:task-definition/*`,
      Condition: inOurCluster,
    },
    {
      Sid: "WatchAndStopFlows",
      Effect: "Allow",
      Action: ["ecs:DescribeTasks", "ecs:StopTask"],
      Resource: `${ecs}:task/*`,
      Condition: inOurCluster,
    },
    {
      Sid: "TagFlowsAsTheyStart",
      Effect: "Allow",
      Action: "ecs:TagResource",
      Resource: `${ecs}:task/*`,
      Condition: { StringEquals: { "ecs:CreateAction": "RunTask" } },
    },
    {
      Sid: "DefineFlowTasks",
      Effect: "Allow",
      Action: ["ecs:DescribeTaskDefinition", "ecs:RegisterTaskDefinition"],
      Resource: "*",
    },
    {
      Sid: "HandRolesToFlows",
      Effect: "Allow",
      Action: "iam:PassRole",
      Resource: tf`concat(${[flows.role.arn, executionRoleArn]}, ${ownersRole})`,
      Condition: { StringEquals: { "iam:PassedToService": "ecs-tasks.amazonaws.com" } },
    },
    {
      Sid: "CheckSubnets",
      Effect: "Allow",
      Action: ["ec2:DescribeSubnets", "ec2:DescribeVpcs"],
      Resource: "*",
    },
    {
      Sid: "ReadFlowLogs",
      Effect: "Allow",
      Action: "logs:GetLogEvents",
      Resource: tf`concat(${[`${logs.flowRuns.arn}:log-stream:*`]}, ${ownersLogs})`,
    },
  ];
  const observing: Statement = {
    Sid: "ReceiveTaskEvents",
    Effect: "Allow",
    Action: ["sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:GetQueueUrl", "sqs:ReceiveMessage"],
    Resource: observer.queueArns,
  };
  const statements = tf`concat(${always}, ${props.prefectVersion} == 3 ? [${observing}] : [], ${props.enableExecuteCommand} ? [${OPEN_SHELL}] : [])`;
  return jsonencode({ Version: "2012-10-17", Statement: statements });
}
