import { TerraformLocal } from "cdktn";
import type { Construct } from "constructs";
import { choose, tf } from "#terraform/expressions.ts";
import { note } from "#terraform/notes.ts";
import { isSingle } from "./task-count.ts";
import type { WorkerProps } from "./worker-props.ts";

/**
 * Starts a worker that is named for its task, with pool and name as $0 and $1 and more arguments after them: workers of
 * one name share a row in Prefect, which could not tell a dead one from a living one.
 */
const START_NAMED_FOR_TASK = [
  "task=$(python -c \"import json, os, urllib.request as r; print(json.load(r.urlopen(os.environ['ECS_CONTAINER_METADATA_URI_V4'] + '/task', timeout=5))['TaskARN'].split('/')[-1])\")",
  'name="$1-$task"',
  "shift",
  'exec prefect worker start --pool "$0" --name "$name" --type ecs --with-healthcheck "$@"',
].join("; ");

/** The command of an `ecs` worker's container. */
export function startWorker(scope: Construct, props: WorkerProps): string[] {
  const { workPool, name } = props;
  const queues = queueArguments(props);
  const start = [
    ...["prefect", "worker", "start", "--pool", workPool, "--name", name],
    ...["--type", "ecs", "--with-healthcheck"],
  ];
  const one = new TerraformLocal(scope, "start_worker", tf`concat(${start}, ${queues})`);
  const startNamed = ["sh", "-ec", START_NAMED_FOR_TASK, workPool, name];
  const several = new TerraformLocal(scope, "start_named_worker", tf`concat(${startNamed}, ${queues})`);
  note(several, "Workers of one name share a row in Prefect: several are named for their tasks.");
  return choose(isSingle(props), one.asList, several.asList);
}

/** Where the image of a `process` worker has its supervisor. */
const SUPERVISOR = "/opt/prefect-fargate/supervisor.py";

interface SupervisorProps extends Pick<WorkerProps, "workPool" | "workQueues" | "name"> {
  readonly slots: number;
}

/** The command of a `process` worker's container: each of its tasks is a worker named for it. */
export function startSupervisor(scope: Construct, props: SupervisorProps): string[] {
  const { workPool, name, slots } = props;
  const start = [
    ...["python", SUPERVISOR, "--pool", workPool, "--name-prefix", name],
    ...["--limit", tf`tostring(${slots})`],
  ];
  return new TerraformLocal(scope, "start_supervisor", tf`concat(${start}, ${queueArguments(props)})`).asList;
}

const queueArguments = ({ workQueues }: Pick<WorkerProps, "workQueues">) =>
  tf`flatten([for queue in ${workQueues} : ["--work-queue", queue]])`;
