import { Construct } from "constructs";
import { CloudwatchLogGroup } from "#aws/cloudwatch-log-group.ts";
import { FlowLog } from "#aws/flow-log.ts";
import { IamRole } from "#aws/iam-role.ts";
import { IamRolePolicy } from "#aws/iam-role-policy.ts";
import { note } from "#terraform/notes.ts";
import { accountOf } from "./account.ts";
import { policy, type RoleRules, roleRules } from "./policy.ts";

export interface FlowLogsProps extends RoleRules {
  readonly vpcId: string;
  readonly trafficType: string;
  readonly logRetentionDays: number;
  readonly tags: Record<string, string>;
}

/** Who talked to whom in a VPC, in a log group. */
export class FlowLogs extends Construct {
  readonly logGroup: CloudwatchLogGroup;

  constructor(scope: Construct, id: string, props: FlowLogsProps) {
    super(scope, id);
    const { vpcId, tags } = props;
    const { partition, region, id: accountId } = accountOf(this);
    this.logGroup = new CloudwatchLogGroup(this, "cloudwatch_log_group", {
      name: `/prefect/flow-logs/${vpcId}`,
      retentionInDays: props.logRetentionDays,
      tags,
    });
    const role = new IamRole(this, "iam_role", {
      name: `prefect-flow-logs-${vpcId}`,
      description: `Writes the flow logs of ${vpcId}.`,
      ...roleRules(props),
      assumeRolePolicy: policy({
        Sid: "FlowLogs",
        Effect: "Allow",
        Principal: { Service: "vpc-flow-logs.amazonaws.com" },
        Action: "sts:AssumeRole",
        Condition: {
          StringEquals: { "aws:SourceAccount": accountId },
          ArnLike: { "aws:SourceArn": `arn:${partition}:ec2:${region}:${accountId}:vpc-flow-log/*` },
        },
      }),
      tags,
    });
    const write = new IamRolePolicy(this, "iam_role_policy", {
      name: "write-flow-logs",
      role: role.id,
      policy: policy({
        Sid: "WriteFlowLogs",
        Effect: "Allow",
        Action: ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
        Resource: [this.logGroup.arn, `${this.logGroup.arn}:log-stream:*`],
      }),
    });
    const flowLog = new FlowLog(this, "flow_log", {
      vpcId,
      trafficType: props.trafficType,
      logDestination: this.logGroup.arn,
      iamRoleArn: role.arn,
      tags,
      dependsOn: [write],
    });
    note(flowLog, "AWS bills what is written: about $0.50 a GB.");
  }
}
