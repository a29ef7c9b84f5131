import { TerraformLocal } from "cdktn";
import type { Construct } from "constructs";
import type { CloudwatchLogGroup } from "#aws/cloudwatch-log-group.ts";
import { IamRole } from "#aws/iam-role.ts";
import { IamRolePolicy } from "#aws/iam-role-policy.ts";
import type { Given } from "#terraform/define-module.ts";
import { jsonencode, tf } from "#terraform/expressions.ts";
import { accountOf } from "./account.ts";
import type { scalerInterface } from "./interfaces/scaler.ts";
import { policy, roleRules, type Statement } from "./policy.ts";

export type ScalerProps = Given<typeof scalerInterface.inputs>;

interface ScalerRole {
  readonly role: IamRole;
  /** Without these the function can read and do nothing. */
  readonly rights: readonly IamRolePolicy[];
}

interface ScalerRoleProps extends ScalerProps {
  readonly logGroup: CloudwatchLogGroup;
}

/** What the scaler may do: look at its cluster, set the number of tasks of its own services, and tell their workers to go. */
export function createScalerRole(scope: Construct, props: ScalerRoleProps): ScalerRole {
  const role = new IamRole(scope, "iam_role", {
    name: props.name,
    description: "The scaler of Prefect workers.",
    ...roleRules(props),
    assumeRolePolicy: policy({
      Sid: "Lambda",
      Effect: "Allow",
      Principal: { Service: "lambda.amazonaws.com" },
      Action: "sts:AssumeRole",
    }),
    tags: props.tags,
  });
  const own = new IamRolePolicy(scope, "iam_role_policy", {
    name: "scale",
    role: role.id,
    policy: scalerPolicy(scope, props),
  });
  return { role, rights: [own] };
}

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerservice.html */
function scalerPolicy(scope: Construct, props: ScalerRoleProps): string {
  const { clusterName, clusterArn, workers, apiKeySecretArn, authStringSecretArn, logGroup, subnetIds } =
    props;
  const { partition, region, id: account } = accountOf(scope);
  const ecs = new TerraformLocal(scope, "ecs_arn", `arn:${partition}:ecs:${region}:${account}`).asString;
  const inOurCluster = { ArnEquals: { "ecs:cluster": clusterArn } };
  const service = tf`"\${${ecs}}:service/\${${clusterName}}/\${name}"`;
  const all = new TerraformLocal(scope, "services", tf`[for name in keys(${workers}) : ${service}]`);
  const scaled = new TerraformLocal(
    scope,
    "scaled_services",
    tf`[for name, worker in ${workers} : ${service} if worker.mode == "queue"]`,
  );

  const always: Statement[] = [
    { Sid: "SeeServices", Effect: "Allow", Action: "ecs:DescribeServices", Resource: all.fqn },
    { Sid: "ListTasks", Effect: "Allow", Action: "ecs:ListTasks", Resource: "*", Condition: inOurCluster },
    {
      Sid: "SeeTasks",
      Effect: "Allow",
      Action: "ecs:DescribeTasks",
      Resource: `${ecs}:task/${clusterName}/*`,
      Condition: inOurCluster,
    },
    {
      Sid: "WriteLog",
      Effect: "Allow",
      Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
      Resource: `${logGroup.arn}:log-stream:*`,
    },
  ];
  const secrets = new TerraformLocal(
    scope,
    "secrets",
    tf`compact([${apiKeySecretArn}, ${authStringSecretArn}])`,
  );
  const reading: Statement = {
    Sid: "ReadKey",
    Effect: "Allow",
    Action: "secretsmanager:GetSecretValue",
    Resource: secrets.fqn,
  };
  const scaling: Statement = {
    Sid: "SetHowManyTasks",
    Effect: "Allow",
    Action: "ecs:UpdateService",
    Resource: scaled.fqn,
  };
  const telling: Statement = {
    Sid: "TellWorkersToGo",
    Effect: "Allow",
    Action: ["ecs:GetTaskProtection", "ecs:UpdateTaskProtection"],
    Resource: `${ecs}:task/${clusterName}/*`,
    Condition: inOurCluster,
  };
  // https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html#configuration-vpc-permissions
  const inside: Statement = {
    Sid: "BeInTheVpc",
    Effect: "Allow",
    Action: [
      "ec2:AssignPrivateIpAddresses",
      "ec2:CreateNetworkInterface",
      "ec2:DeleteNetworkInterface",
      "ec2:DescribeNetworkInterfaces",
      "ec2:DescribeSubnets",
      "ec2:UnassignPrivateIpAddresses",
    ],
    Resource: "*",
  };
  const statements = tf`concat(${always}, length(${secrets.fqn}) > 0 ? [${reading}] : [], length(${scaled.fqn}) > 0 ? [${scaling}] : [], anytrue([for worker in values(${workers}) : worker.type == "process"]) ? [${telling}] : [], length(${subnetIds}) > 0 ? [${inside}] : [])`;
  return jsonencode({ Version: "2012-10-17", Statement: statements });
}
