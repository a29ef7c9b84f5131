import { Construct } from "constructs";
import { AppautoscalingPolicy } from "#aws/appautoscaling-policy.ts";
import { AppautoscalingTarget } from "#aws/appautoscaling-target.ts";
import type { Given } from "#terraform/define-module.ts";
import { tf } from "#terraform/expressions.ts";
import { noteOn } from "#terraform/notes.ts";
import type { targetTrackingInterface } from "./interfaces/target-tracking.ts";

type TargetTrackingProps = Given<typeof targetTrackingInterface.inputs>;

/** https://docs.aws.amazon.com/autoscaling/application/APIReference/API_PredefinedMetricSpecification.html */
const METRICS = { cpu: "ECSServiceAverageCPUUtilization", memory: "ECSServiceAverageMemoryUtilization" };

/** Keeps the average use of a service's tasks at a target. */
export class TargetTracking extends Construct {
  readonly policy: AppautoscalingPolicy;

  constructor(scope: Construct, id: string, props: TargetTrackingProps) {
    super(scope, id);
    const target = new AppautoscalingTarget(this, "appautoscaling_target", {
      serviceNamespace: "ecs",
      scalableDimension: "ecs:service:DesiredCount",
      resourceId: `service/${props.clusterName}/${props.serviceName}`,
      minCapacity: props.minTasks,
      maxCapacity: props.maxTasks,
      tags: props.tags,
    });
    this.policy = new AppautoscalingPolicy(this, "appautoscaling_policy", {
      name: tf`"\${${props.serviceName}}-\${${props.metric}}"`.string,
      policyType: "TargetTrackingScaling",
      serviceNamespace: target.serviceNamespace,
      scalableDimension: target.scalableDimension,
      resourceId: target.resourceId,
      targetTrackingScalingPolicyConfiguration: {
        targetValue: props.targetPercent,
        predefinedMetricSpecification: { predefinedMetricType: tf`${METRICS}[${props.metric}]`.string },
        scaleOutCooldown: props.scaleOutCooldownSeconds,
        scaleInCooldown: props.scaleInCooldownSeconds,
      },
    });
    noteOn(this.policy, "resource_id", "By the target's attributes, so that it is there first.");
  }
}
