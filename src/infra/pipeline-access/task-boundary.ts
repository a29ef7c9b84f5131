import type { Construct } from "constructs";
import { jsonencode, tf } from "#terraform/expressions.ts";
import { accountOf } from "../account.ts";
import type { PipelineAccessProps } from "./props.ts";

/**
 * The most that a role made by a pipeline may do: what the modules' own policies give to tasks, and the actions that were named
 * for the policies of flows. Whoever can write such a role's policies gains nothing that is not here. A test asks that every
 * action of the modules' policies is.
 */
export function taskBoundary(scope: Construct, props: PipelineAccessProps): string {
  const { workers, clusterName, executionRoleName, rolePath, secretName, secretArns, taskActions } = props;
  const { stateBucket } = props;
  const { partition, region, id: account } = accountOf(scope);
  const here = `${region}:${account}`;
  const role = `arn:${partition}:iam::${account}:role`;
  const inOurCluster = {
    ArnEquals: { "ecs:cluster": `arn:${partition}:ecs:${here}:cluster/${clusterName}` },
  };
  const statements = [
    {
      // Of AWS's own policy for execution roles.
      Sid: "PullImages",
      Effect: "Allow",
      Action: [
        "ecr:BatchCheckLayerAvailability",
        "ecr:BatchGetImage",
        "ecr:GetAuthorizationToken",
        "ecr:GetDownloadUrlForLayer",
      ],
      Resource: "*",
    },
    {
      Sid: "WriteAndReadLogs",
      Effect: "Allow",
      Action: ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:GetLogEvents", "logs:PutLogEvents"],
      Resource: `arn:${partition}:logs:${here}:log-group:/prefect/*`,
    },
    {
      Sid: "ReadOwnSecrets",
      Effect: "Allow",
      Action: ["secretsmanager:GetSecretValue", "ssm:GetParameters"],
      Resource: tf`concat(["arn:\${${partition}}:secretsmanager:\${${region}}:\${${account}}:secret:\${${secretName}}-??????"], ${secretArns})`,
    },
    {
      Sid: "DecryptOwnSecrets",
      Effect: "Allow",
      Action: "kms:Decrypt",
      Resource: "*",
      Condition: { StringEquals: { "kms:ViaService": `secretsmanager.${region}.amazonaws.com` } },
    },
    {
      Sid: "RunFlows",
      Effect: "Allow",
      Action: ["ecs:DescribeTasks", "ecs:RunTask", "ecs:StopTask"],
      Resource: "*",
      Condition: inOurCluster,
    },
    {
      Sid: "ProtectAndScaleWorkers",
      Effect: "Allow",
      Action: [
        "ecs:DescribeServices",
        "ecs:GetTaskProtection",
        "ecs:ListTasks",
        "ecs:UpdateService",
        "ecs:UpdateTaskProtection",
      ],
      Resource: "*",
      Condition: inOurCluster,
    },
    {
      // Of the scaler, where Prefect's API is only reached from inside the VPC.
      Sid: "BeInTheVpc",
      Effect: "Allow",
      Action: [
        "ec2:AssignPrivateIpAddresses",
        "ec2:CreateNetworkInterface",
        "ec2:DeleteNetworkInterface",
        "ec2:DescribeNetworkInterfaces",
        "ec2:UnassignPrivateIpAddresses",
      ],
      Resource: "*",
    },
    {
      Sid: "TagFlowsAsTheyStart",
      Effect: "Allow",
      Action: "ecs:TagResource",
      Resource: "*",
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
      Resource: tf`concat(["\${${role}}\${${rolePath}}\${${executionRoleName}}"], [for worker in ${workers} : "\${${role}}\${${rolePath}}prefect-\${worker}-flow-task-role"])`,
      Condition: { StringEquals: { "iam:PassedToService": "ecs-tasks.amazonaws.com" } },
    },
    {
      Sid: "CheckSubnets",
      Effect: "Allow",
      Action: ["ec2:DescribeSubnets", "ec2:DescribeVpcs"],
      Resource: "*",
    },
    {
      Sid: "ReceiveTaskEvents",
      Effect: "Allow",
      Action: ["sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:GetQueueUrl", "sqs:ReceiveMessage"],
      Resource: `arn:${partition}:sqs:${here}:prefect-*-task-*`,
    },
    {
      Sid: "OpenShell",
      Effect: "Allow",
      Action: [
        "ssmmessages:CreateControlChannel",
        "ssmmessages:CreateDataChannel",
        "ssmmessages:OpenControlChannel",
        "ssmmessages:OpenDataChannel",
      ],
      Resource: "*",
    },
  ];
  const given = { Sid: "GivenToFlows", Effect: "Allow", Action: tf`${taskActions}`, Resource: "*" };
  const never = {
    Sid: "NotTheState",
    Effect: "Deny",
    Action: "s3:*",
    Resource: [`arn:${partition}:s3:::${stateBucket}`, `arn:${partition}:s3:::${stateBucket}/*`],
  };
  return jsonencode({
    Version: "2012-10-17",
    Statement: tf`concat(${[...statements, never]}, length(${taskActions}) > 0 ? [${given}] : [])`,
  });
}
