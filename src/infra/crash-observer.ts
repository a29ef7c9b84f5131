import { TerraformCount, Token } from "cdktn";
import type { Construct } from "constructs";
import { CloudwatchEventRule } from "#aws/cloudwatch-event-rule.ts";
import { CloudwatchEventTarget } from "#aws/cloudwatch-event-target.ts";
import { SqsQueue } from "#aws/sqs-queue.ts";
import { SqsQueueRedrivePolicy } from "#aws/sqs-queue-redrive-policy.ts";
import { at, choose, jsonencode, tf } from "#terraform/expressions.ts";
import { note, noteOn } from "#terraform/notes.ts";
import { accountOf } from "./account.ts";
import { policy } from "./policy.ts";
import type { WorkerProps } from "./worker-props.ts";

/** The worker hides a message for as long while it works on it. */
const VISIBILITY_TIMEOUT_SECONDS = 300;
const RETENTION_SECONDS = 7 * 24 * 60 * 60;
const DEAD_LETTER_RETENTION_SECONDS = 14 * 24 * 60 * 60;
const TRIES = 3;

export interface CrashObserver {
  readonly queue: SqsQueue;
  /** Names of the queue: one with Prefect 3, none with Prefect 2. */
  readonly queueNames: string[];
  readonly queueArns: string[];
}

/**
 * How a Prefect 3 worker learns that a task has stopped: ECS tells EventBridge, which puts it on a queue. Without it
 * a run whose task died stays Running for ever. (A Prefect 2 worker asks ECS itself.)
 *
 * Each worker has a queue of its own, which gets the events of the whole cluster: no worker's backlog delays
 * another's, and a run is marked as crashed also while the worker that started it is down.
 */
export function createCrashObserver(scope: Construct, props: WorkerProps): CrashObserver {
  const { prefectVersion, name, clusterArn, tags } = props;
  const { partition, region, id: accountId } = accountOf(scope);
  const isVersion3 = Token.isUnresolved(prefectVersion) ? tf`${prefectVersion} == 3` : prefectVersion === 3;
  const count = TerraformCount.of(choose(isVersion3, 1, 0));
  const queueName = `prefect-${name}-task-events`;
  const ruleName = `prefect-${name}-task-state-changes`;

  const rule = new CloudwatchEventRule(scope, "task_state_changes_cloudwatch_event_rule", {
    count,
    name: ruleName,
    description: `Tasks that change their state, for the Prefect worker ${name}.`,
    eventPattern: jsonencode({
      source: ["aws.ecs"],
      "detail-type": ["ECS Task State Change"],
      detail: { clusterArn: [clusterArn] },
    }),
    tags,
  });
  note(rule, "Prefect 3 learns from these events that a task has stopped; Prefect 2 asks ECS itself.");
  noteOn(rule, "event_pattern", "The cluster is in `detail`: `resources` names the task.");

  const queue = new SqsQueue(scope, "task_events_sqs_queue", {
    count,
    name: queueName,
    visibilityTimeoutSeconds: VISIBILITY_TIMEOUT_SECONDS,
    messageRetentionSeconds: RETENTION_SECONDS,
    sqsManagedSseEnabled: true,
    policy: policy({
      Sid: "TaskStateChanges",
      Effect: "Allow",
      Principal: { Service: "events.amazonaws.com" },
      Action: "sqs:SendMessage",
      Resource: `arn:${partition}:sqs:${region}:${accountId}:${queueName}`,
      Condition: {
        ArnEquals: { "aws:SourceArn": `arn:${partition}:events:${region}:${accountId}:rule/${ruleName}` },
      },
    }),
    tags,
  });
  noteOn(
    queue,
    "policy",
    "ARNs made from names: a queue takes half a minute, and need not wait for cluster and rule first.",
  );
  const deadLetters = new SqsQueue(scope, "task_events_dead_letters_sqs_queue", {
    count,
    name: `${queueName}-dead-letters`,
    messageRetentionSeconds: DEAD_LETTER_RETENTION_SECONDS,
    sqsManagedSseEnabled: true,
    tags,
  });
  const redrive = new SqsQueueRedrivePolicy(scope, "task_events_sqs_queue_redrive_policy", {
    count,
    queueUrl: at(queue, 0).id,
    redrivePolicy: jsonencode({ deadLetterTargetArn: at(deadLetters, 0).arn, maxReceiveCount: TRIES }),
  });
  note(
    redrive,
    "Apart from the queue, so that both queues are created at once: SQS refuses a target that is not there.",
  );
  new CloudwatchEventTarget(scope, "task_state_changes_cloudwatch_event_target", {
    count,
    rule: at(rule, 0).name,
    arn: at(queue, 0).arn,
  });

  return { queue, queueNames: tf`${queue.fqn}[*].name`.list, queueArns: tf`${queue.fqn}[*].arn`.list };
}
