import {
  CreateClusterCommand,
  DescribeServicesCommand,
  RunTaskCommand,
  UpdateServiceCommand,
} from "@aws-sdk/client-ecs";
import { PutRuleCommand, PutTargetsCommand } from "@aws-sdk/client-eventbridge";
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SetQueueAttributesCommand,
} from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { openEmulator, type TestEmulator } from "../helpers/emulator.ts";
import { type HandAgent, handAgent } from "../helpers/hand-agent.ts";
import { createService, defaultNetwork, registerTask } from "../helpers/small-task.ts";

interface Event {
  source: string;
  "detail-type": string;
  detail: { lastStatus?: string; version?: number; eventName?: string; containers?: { exitCode?: number }[] };
}

let emulator: TestEmulator;
let agent: HandAgent;
let cluster: string;
let names = 0;

beforeAll(async () => {
  emulator = await openEmulator();
});
afterAll(() => emulator.close());

beforeEach(async () => {
  cluster = `events-${++names}`;
  await emulator.clients.ecs.send(new CreateClusterCommand({ clusterName: cluster }));
  agent = handAgent(emulator, cluster);
});

/** A queue that a rule on ECS events delivers to; `policy` false leaves out what lets the rule in. */
async function observe(
  detailType: string,
  options: { policy: boolean; deadLetters?: string } = { policy: true },
) {
  const { sqs, events } = emulator.clients;
  const { RuleArn } = await events.send(
    new PutRuleCommand({
      Name: cluster,
      EventPattern: JSON.stringify({ source: ["aws.ecs"], "detail-type": [detailType] }),
    }),
  );
  const queue = await openQueue(cluster, options.policy ? RuleArn! : undefined);
  const deadLetters = options.deadLetters ? await openQueue(options.deadLetters, RuleArn!) : undefined;
  const target = {
    Id: "queue",
    Arn: queue.arn,
    ...(deadLetters ? { DeadLetterConfig: { Arn: deadLetters.arn } } : {}),
  };
  await events.send(new PutTargetsCommand({ Rule: cluster, Targets: [target] }));

  /** Messages until one satisfies the condition; `seconds` without any end it. */
  async function receive(url: string, last: (event: Event) => boolean, seconds = 5): Promise<Event[]> {
    const seen: Event[] = [];
    while (!seen.some(last)) {
      const { Messages } = await sqs.send(
        new ReceiveMessageCommand({ QueueUrl: url, MaxNumberOfMessages: 10, WaitTimeSeconds: seconds }),
      );
      if (!Messages?.length) break;
      seen.push(...Messages.map(({ Body }) => JSON.parse(Body!) as Event));
    }
    return seen;
  }
  return { queue, deadLetters, receive };
}

async function openQueue(name: string, ruleArn: string | undefined): Promise<{ url: string; arn: string }> {
  const { sqs } = emulator.clients;
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: name }));
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["QueueArn"] }),
  );
  const arn = Attributes!.QueueArn!;
  if (ruleArn) {
    const statement = {
      Effect: "Allow",
      Action: "sqs:SendMessage",
      Resource: arn,
      Principal: { Service: "events.amazonaws.com" },
      Condition: { ArnEquals: { "aws:SourceArn": ruleArn } },
    };
    const Policy = JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
    await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy } }));
  }
  return { url: QueueUrl!, arn };
}

async function runOneTask(family: string, exitCode: number) {
  const taskDefinition = await registerTask(emulator, family);
  const { tasks } = await emulator.clients.ecs.send(
    new RunTaskCommand({
      cluster,
      taskDefinition,
      launchType: "FARGATE",
      networkConfiguration: await defaultNetwork(emulator),
    }),
  );
  await agent.start(tasks![0]!.taskArn!);
  await agent.exit(tasks![0]!.taskArn!, exitCode);
  return tasks![0]!;
}

const stopped = (event: Event) => event.detail.lastStatus === "STOPPED";

describe("ECS events", () => {
  it("tell a queue of every state of a task, with its exit code at the end", async () => {
    const { queue, receive } = await observe("ECS Task State Change");
    const task = await runOneTask("observed", 137);
    const seen = await receive(queue.url, stopped);
    expect(seen.map(({ detail }) => [detail.version, detail.lastStatus])).toEqual([
      [1, "PROVISIONING"],
      [2, "PENDING"],
      [3, "RUNNING"],
      [4, "DEPROVISIONING"],
      [5, "STOPPED"],
    ]);
    expect(seen.at(-1)).toMatchObject({
      version: "0",
      "detail-type": "ECS Task State Change",
      source: "aws.ecs",
      account: "000000000000",
      region: "us-east-1",
      resources: [task.taskArn],
      detail: {
        clusterArn: task.clusterArn,
        group: "family:observed",
        launchType: "FARGATE",
        stopCode: "EssentialContainerExited",
        stoppedReason: "Essential container in task exited",
        attachments: [{ type: "eni", status: "DELETED" }],
        containers: [{ name: "app", exitCode: 137, lastStatus: "STOPPED" }],
        createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      },
    });
  });

  it("do not reach a queue whose policy does not let the rule in, but its dead-letter queue", async () => {
    const { queue, deadLetters, receive } = await observe("ECS Task State Change", {
      policy: false,
      deadLetters: `${cluster}-dead`,
    });
    await runOneTask("refused", 0);
    expect((await receive(deadLetters!.url, stopped)).some(stopped)).toBe(true);
    expect(await receive(queue.url, stopped, 1)).toEqual([]);
  });

  it("tell how a deployment goes", async () => {
    const { queue, receive } = await observe("ECS Deployment State Change");
    const breaker = { deploymentCircuitBreaker: { enable: true, rollback: true } };
    await createService(
      emulator,
      cluster,
      await registerTask(emulator, "deployed", { healthCheck: true }),
      breaker,
    );
    await agent.start(await agent.next(), "HEALTHY");
    await agent.settles(
      () => emulator.clients.ecs.send(new DescribeServicesCommand({ cluster, services: ["worker"] })),
      ({ services }) => services![0]!.deployments![0]!.rolloutState === "COMPLETED",
    );
    const bad = await registerTask(emulator, "deployed", { healthCheck: true });
    await emulator.clients.ecs.send(
      new UpdateServiceCommand({ cluster, service: "worker", taskDefinition: bad }),
    );
    const known: string[] = [];
    for (let failure = 1; failure <= 3; failure++) {
      known.push(await agent.next(known));
      await agent.exit(known.at(-1)!, 1);
    }
    const seen = await receive(queue.url, ({ detail }) => detail.eventName === "SERVICE_DEPLOYMENT_FAILED");
    expect(seen.map(({ detail }) => detail.eventName).slice(0, 4)).toEqual([
      "SERVICE_DEPLOYMENT_IN_PROGRESS",
      "SERVICE_DEPLOYMENT_COMPLETED",
      "SERVICE_DEPLOYMENT_IN_PROGRESS",
      "SERVICE_DEPLOYMENT_FAILED",
    ]);
    expect(seen[3]).toMatchObject({
      resources: [`arn:aws:ecs:us-east-1:000000000000:service/${cluster}/worker`],
      detail: {
        eventType: "ERROR",
        deploymentId: expect.stringMatching(/^ecs-svc\/\d+$/),
        reason: "ECS deployment circuit breaker: tasks failed to start.",
      },
    });
  });
});
