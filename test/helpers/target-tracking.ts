import {
  DescribeScalableTargetsCommand,
  DescribeScalingPoliciesCommand,
} from "@aws-sdk/client-application-auto-scaling";
import { DescribeAlarmsCommand } from "@aws-sdk/client-cloudwatch";
import type { AwsClients } from "./emulator.ts";

/** What Application Auto Scaling and CloudWatch hold of a service, read back. */
export async function targetTracking(
  { autoscaling, cloudwatch }: Pick<AwsClients, "autoscaling" | "cloudwatch">,
  resourceId: string,
) {
  const ofService = { ServiceNamespace: "ecs", ResourceId: resourceId } as const;
  const [{ ScalableTargets = [] }, { ScalingPolicies = [] }] = await Promise.all([
    autoscaling.send(
      new DescribeScalableTargetsCommand({ ServiceNamespace: "ecs", ResourceIds: [resourceId] }),
    ),
    autoscaling.send(new DescribeScalingPoliciesCommand(ofService)),
  ]);
  const names = ScalingPolicies.flatMap(({ Alarms = [] }) => Alarms.map(({ AlarmName }) => AlarmName!));
  const { MetricAlarms = [] } = await cloudwatch.send(new DescribeAlarmsCommand({ AlarmNames: names }));
  return {
    bounds: ScalableTargets.map(({ MinCapacity, MaxCapacity }) => [MinCapacity, MaxCapacity]),
    policies: ScalingPolicies.map(({ PolicyType, TargetTrackingScalingPolicyConfiguration: tracking }) => ({
      type: PolicyType,
      metric: tracking?.PredefinedMetricSpecification?.PredefinedMetricType,
      percent: tracking?.TargetValue,
      cooldowns: [tracking?.ScaleOutCooldown, tracking?.ScaleInCooldown],
    })),
    alarms: MetricAlarms.map((alarm) => ({
      metric: `${alarm.Namespace} ${alarm.MetricName}`,
      fires: `${alarm.ComparisonOperator} ${alarm.Threshold}`,
      after: [alarm.EvaluationPeriods, alarm.Period],
    })).sort((a, b) => a.fires.localeCompare(b.fires)),
  };
}

/**
 * As AWS has it for a target of CPU use: out after three minutes above it, in after fifteen well below it.
 * https://docs.aws.amazon.com/autoscaling/application/userguide/target-tracking-scaling-policy-overview.html
 */
export const trackedCpu = ({ least, most, percent }: { least: number; most: number; percent: number }) => ({
  bounds: [[least, most]],
  policies: [
    {
      type: "TargetTrackingScaling",
      metric: "ECSServiceAverageCPUUtilization",
      percent,
      cooldowns: [60, 300],
    },
  ],
  alarms: [
    { metric: "AWS/ECS CPUUtilization", fires: `GreaterThanThreshold ${percent}`, after: [3, 60] },
    { metric: "AWS/ECS CPUUtilization", fires: `LessThanThreshold ${percent * 0.9}`, after: [15, 60] },
  ],
});
