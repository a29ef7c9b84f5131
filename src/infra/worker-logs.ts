import type { Construct } from "constructs";
import { CloudwatchLogGroup } from "#aws/cloudwatch-log-group.ts";
import type { WorkerProps } from "./worker-props.ts";

export interface WorkerLogs {
  readonly worker: CloudwatchLogGroup;
  readonly flowRuns: CloudwatchLogGroup;
}

/** Log groups of our own: groups that ECS creates would keep every line for ever. */
export function createLogs(scope: Construct, { name, logRetentionDays, tags }: WorkerProps): WorkerLogs {
  const logGroup = (id: string, suffix: string) =>
    new CloudwatchLogGroup(scope, `${id}_cloudwatch_log_group`, {
      name: `/prefect/${name}/${suffix}`,
      retentionInDays: logRetentionDays,
      tags,
    });
  return { worker: logGroup("worker", "worker"), flowRuns: logGroup("flow_run", "flow-runs") };
}
