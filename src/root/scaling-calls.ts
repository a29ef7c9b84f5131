import { targetTrackingInterface } from "#infra/interfaces/target-tracking.ts";
import { type JsonObject, renderBlock } from "#terraform/hcl.ts";
import {
  callModule,
  type ModuleCall,
  type Outputs,
  type Reference,
  reference,
} from "#terraform/module-interface.ts";
import { soleExpression } from "#terraform/template.ts";
import type { Workers } from "./workers-local.ts";

export interface ScalingCalls {
  readonly locals: readonly string[];
  readonly calls: readonly ModuleCall<Outputs>[];
}

interface Surroundings {
  readonly clusterName: Reference;
  /** Every worker's module by the worker's name. */
  readonly workers: Reference;
}

/** Application Auto Scaling, for those workers that are scaled by their CPU or memory. */
export function callTargetTracking(
  workers: Workers,
  { clusterName, workers: all }: Surroundings,
): ScalingCalls {
  const rows = Object.entries(workers).flatMap(([name, { scaling }]): [string, JsonObject][] =>
    scaling.mode === "cpu" || scaling.mode === "memory"
      ? [
          [
            name,
            {
              metric: scaling.mode,
              min_tasks: scaling.minTasks,
              max_tasks: scaling.maxTasks,
              target_percent: scaling.targetPercent,
              scale_out_cooldown_seconds: scaling.scaleOutCooldownSeconds,
              scale_in_cooldown_seconds: scaling.scaleInCooldownSeconds,
            },
          ],
        ]
      : [],
  );
  if (rows.length === 0) return { locals: [], calls: [] };
  const local = renderBlock("locals", [], { target_tracking: Object.fromEntries(rows) });
  const value = (field: string) => reference(`each.value.${field}`) as Reference & number;
  const call = callModule(
    targetTrackingInterface,
    "target_tracking",
    {
      clusterName,
      serviceName: reference(`${indexed(all)}.service_name`),
      metric: value("metric"),
      minTasks: value("min_tasks"),
      maxTasks: value("max_tasks"),
      targetPercent: value("target_percent"),
      scaleOutCooldownSeconds: value("scale_out_cooldown_seconds"),
      scaleInCooldownSeconds: value("scale_in_cooldown_seconds"),
    },
    { forEach: reference("local.target_tracking") },
  );
  return { locals: [local], calls: [call] };
}

const indexed = (all: Reference): string => `${soleExpression(all)}[each.key]`;
