import { DEFAULT_SLOTS, mostTasks } from "#config/fill-worker.ts";
import { looksPrivate } from "#config/prefect-address.ts";
import type { Config, WorkerConfig } from "#config/schema.ts";
import { type LookedAfter, scalerInterface } from "#infra/interfaces/scaler.ts";
import { targetTrackingInterface } from "#infra/interfaces/target-tracking.ts";
import { type JsonObject, renderBlock } from "#terraform/hcl.ts";
import {
  type Arguments,
  callModule,
  type ModuleCall,
  type Outputs,
  type Reference,
  reference,
} from "#terraform/module-interface.ts";
import { soleExpression } from "#terraform/template.ts";
import type { RoleRules } from "./network-extras.ts";
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

interface ScalerSurroundings extends Surroundings {
  readonly config: Pick<Config, "logs" | "scaler"> & { readonly cluster: { readonly name: string } };
  readonly prefectApiUrl: string;
  /** How Prefect is asked, as workers do it. */
  readonly credentials: Pick<
    Arguments<typeof scalerInterface.inputs>,
    "apiKeySecretArn" | "authStringSecretArn" | "caCertificates"
  >;
  readonly clusterArn: Reference;
  readonly subnetIds: Reference;
  readonly rules: RoleRules;
}

/** A function's name has 64 characters. */
const LONGEST_NAME = 64;

/** The scaler, where a worker is scaled by it or needs it to be told when to go. */
export function callScaler(
  workers: Workers,
  surroundings: ScalerSurroundings,
): { readonly call: ModuleCall<typeof scalerInterface.outputs> | undefined } {
  const { config, prefectApiUrl, credentials, clusterName, clusterArn, subnetIds, rules } = surroundings;
  const lookedAfter = Object.entries(workers).filter(
    ([, { type, scaling }]) => scaling.mode === "queue" || type === "process",
  );
  if (lookedAfter.length === 0) return { call: undefined };
  const isInside = config.scaler.insideVpc ?? looksPrivate(prefectApiUrl);
  const call = callModule(scalerInterface, "scaler", {
    name: `prefect-scaler-${config.cluster.name}`.slice(0, LONGEST_NAME),
    prefectApiUrl,
    ...credentials,
    clusterName,
    clusterArn,
    workers: Object.fromEntries(lookedAfter.map(([name, worker]) => [name, lookAfter(worker)])),
    ...(isInside
      ? {
          subnetIds,
          // A worker's own group: it lets out what Prefect and AWS need.
          securityGroupIds: reference(
            `[values(${soleExpression(surroundings.workers)})[0].security_group_id]`,
          ),
        }
      : {}),
    logRetentionDays: config.logs.retentionDays,
    ...rules,
  });
  return { call };
}

const lookAfter = (worker: WorkerConfig): LookedAfter => {
  const { type, workPool, scaling, slots = DEFAULT_SLOTS } = worker;
  const isOurs = scaling.mode === "queue";
  return {
    type,
    workPool,
    mode: isOurs ? "queue" : "keep",
    minTasks: isOurs ? scaling.minTasks : 0,
    maxTasks: mostTasks(worker),
    slots,
    coldStartSeconds: isOurs ? scaling.coldStartSeconds : 58,
  };
};
