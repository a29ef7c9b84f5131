import {
  DeregisterScalableTargetCommand,
  DescribeScalableTargetsCommand,
  DescribeScalingPoliciesCommand,
  PutScalingPolicyCommand,
  RegisterScalableTargetCommand,
} from "@aws-sdk/client-application-auto-scaling";
import {
  DescribeAlarmsCommand,
  PutMetricAlarmCommand,
  PutMetricDataCommand,
  SetAlarmStateCommand,
} from "@aws-sdk/client-cloudwatch";
import { CreateClusterCommand, CreateServiceCommand, DescribeServicesCommand } from "@aws-sdk/client-ecs";
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  GetSecretValueCommand,
  RestoreSecretCommand,
} from "@aws-sdk/client-secrets-manager";
import {
  CreateServiceCommand as CreateDiscoveryServiceCommand,
  CreatePrivateDnsNamespaceCommand,
  DeleteServiceCommand,
  GetInstancesHealthStatusCommand,
  ListInstancesCommand,
  ListNamespacesCommand,
} from "@aws-sdk/client-servicediscovery";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openEmulator, type TestEmulator } from "../helpers/emulator.ts";
import { type HandAgent, handAgent } from "../helpers/hand-agent.ts";
import { createService, defaultNetwork, registerTask } from "../helpers/small-task.ts";

let emulator: TestEmulator;

beforeAll(async () => {
  emulator = await openEmulator();
});
afterAll(() => emulator.close());

async function openCluster(name: string): Promise<HandAgent> {
  await emulator.clients.ecs.send(new CreateClusterCommand({ clusterName: name }));
  return handAgent(emulator, name);
}

describe("a deleted secret", () => {
  it("keeps its name until its window is over, and can be restored with its value", async () => {
    const { secrets } = emulator.clients;
    const create = () => secrets.send(new CreateSecretCommand({ Name: "kept", SecretString: "one" }));
    await create();
    await secrets.send(new DeleteSecretCommand({ SecretId: "kept", RecoveryWindowInDays: 7 }));
    await expect(create()).rejects.toThrow(
      "You can't create this secret because a secret with this name is already scheduled for deletion.",
    );
    await expect(secrets.send(new GetSecretValueCommand({ SecretId: "kept" }))).rejects.toThrow(
      /marked for deletion/,
    );
    await secrets.send(new RestoreSecretCommand({ SecretId: "kept" }));
    expect((await secrets.send(new GetSecretValueCommand({ SecretId: "kept" }))).SecretString).toBe("one");
  });

  it("is gone at once when nobody wants it back", async () => {
    const { secrets } = emulator.clients;
    await secrets.send(new CreateSecretCommand({ Name: "forced", SecretString: "one" }));
    await secrets.send(new DeleteSecretCommand({ SecretId: "forced", ForceDeleteWithoutRecovery: true }));
    await expect(
      secrets.send(new CreateSecretCommand({ Name: "forced", SecretString: "two" })),
    ).resolves.toBeDefined();
  });
});

describe("service discovery", () => {
  it("lists a service's running tasks, with their address and health", async () => {
    const { discovery, ecs } = emulator.clients;
    const agent = await openCluster("discovered");
    await discovery.send(
      new CreatePrivateDnsNamespaceCommand({ Name: "default.prefect.local", Vpc: "vpc-1" }),
    );
    const { Namespaces } = await discovery.send(new ListNamespacesCommand({}));
    const NamespaceId = Namespaces!.find(({ Name }) => Name === "default.prefect.local")!.Id!;
    const { Service } = await discovery.send(
      new CreateDiscoveryServiceCommand({
        Name: "dev-worker",
        // Only here, as Terraform's provider sends it.
        DnsConfig: { NamespaceId, DnsRecords: [{ Type: "A", TTL: 10 }] },
      }),
    );
    expect(Service!.NamespaceId).toBe(NamespaceId);
    await ecs.send(
      new CreateServiceCommand({
        cluster: "discovered",
        serviceName: "worker",
        taskDefinition: await registerTask(emulator, "discovered", { healthCheck: true }),
        desiredCount: 1,
        launchType: "FARGATE",
        networkConfiguration: await defaultNetwork(emulator),
        serviceRegistries: [{ registryArn: Service!.Arn! }],
      }),
    );
    const instances = async () =>
      (await discovery.send(new ListInstancesCommand({ ServiceId: Service!.Id! }))).Instances!;
    const task = await agent.next();
    expect(await instances()).toEqual([]);
    await agent.start(task, "HEALTHY");
    const id = task.split("/").at(-1)!;
    expect(await instances()).toMatchObject([
      {
        Id: id,
        Attributes: {
          AWS_INSTANCE_IPV4: expect.stringMatching(/^\d+\.\d+\.\d+\.\d+$/),
          ECS_CLUSTER_NAME: "discovered",
          ECS_SERVICE_NAME: "worker",
          ECS_TASK_DEFINITION_FAMILY: "discovered",
        },
      },
    ]);
    const { Status } = await discovery.send(new GetInstancesHealthStatusCommand({ ServiceId: Service!.Id! }));
    expect(Status).toEqual({ [id]: "HEALTHY" });
    await expect(discovery.send(new DeleteServiceCommand({ Id: Service!.Id! }))).rejects.toThrow(
      /registered instances/,
    );
    await agent.exit(task, 0);
    expect(await instances()).toEqual([]);
  });
});

describe("application auto scaling", () => {
  const target = (cluster: string) => ({
    ServiceNamespace: "ecs" as const,
    ScalableDimension: "ecs:service:DesiredCount" as const,
    ResourceId: `service/${cluster}/worker`,
  });

  async function desiredCount(cluster: string): Promise<number> {
    const { services } = await emulator.clients.ecs.send(
      new DescribeServicesCommand({ cluster, services: ["worker"] }),
    );
    return services![0]!.desiredCount!;
  }

  async function scaled(cluster: string): Promise<void> {
    await openCluster(cluster);
    await createService(emulator, cluster, await registerTask(emulator, cluster));
    await emulator.clients.autoscaling.send(
      new RegisterScalableTargetCommand({ ...target(cluster), MinCapacity: 1, MaxCapacity: 3 }),
    );
  }

  it("makes the alarms of a target tracking policy, and takes them away with the target", async () => {
    await scaled("tracked");
    const { autoscaling, cloudwatch } = emulator.clients;
    await autoscaling.send(
      new PutScalingPolicyCommand({
        ...target("tracked"),
        PolicyName: "cpu",
        PolicyType: "TargetTrackingScaling",
        TargetTrackingScalingPolicyConfiguration: {
          TargetValue: 60,
          PredefinedMetricSpecification: { PredefinedMetricType: "ECSServiceAverageCPUUtilization" },
        },
      }),
    );
    const { ScalingPolicies } = await autoscaling.send(
      new DescribeScalingPoliciesCommand({ ServiceNamespace: "ecs" }),
    );
    expect(ScalingPolicies![0]!.Alarms).toHaveLength(2);
    const AlarmNames = ScalingPolicies![0]!.Alarms!.map(({ AlarmName }) => AlarmName!);
    const { MetricAlarms } = await cloudwatch.send(new DescribeAlarmsCommand({ AlarmNames }));
    expect(
      MetricAlarms!.map(({ MetricName, Threshold, EvaluationPeriods }) => [
        MetricName,
        Threshold,
        EvaluationPeriods,
      ]),
    ).toEqual([
      ["CPUUtilization", 60, 3],
      ["CPUUtilization", 54, 15],
    ]);
    const [high] = AlarmNames;
    await cloudwatch.send(
      new SetAlarmStateCommand({ AlarmName: high!, StateValue: "ALARM", StateReason: "test" }),
    );
    expect(await desiredCount("tracked")).toBe(2);
    await autoscaling.send(new DeregisterScalableTargetCommand(target("tracked")));
    expect(
      (await autoscaling.send(new DescribeScalableTargetsCommand({ ServiceNamespace: "ecs" })))
        .ScalableTargets,
    ).toEqual([]);
    expect((await cloudwatch.send(new DescribeAlarmsCommand({ AlarmNames }))).MetricAlarms).toEqual([]);
  });

  it("steps as its policy says when a metric crosses the threshold, and never beyond its bounds", async () => {
    await scaled("stepped");
    const { autoscaling, cloudwatch } = emulator.clients;
    const { PolicyARN } = await autoscaling.send(
      new PutScalingPolicyCommand({
        ...target("stepped"),
        PolicyName: "backlog",
        PolicyType: "StepScaling",
        StepScalingPolicyConfiguration: {
          AdjustmentType: "ChangeInCapacity",
          Cooldown: 0,
          StepAdjustments: [
            { MetricIntervalLowerBound: 0, MetricIntervalUpperBound: 10, ScalingAdjustment: 1 },
            { MetricIntervalLowerBound: 10, ScalingAdjustment: 5 },
          ],
        },
      }),
    );
    const alarm = {
      AlarmName: "backlog",
      Namespace: "Prefect",
      MetricName: "Backlog",
      Statistic: "Maximum" as const,
      ComparisonOperator: "GreaterThanThreshold" as const,
      Threshold: 0,
      Period: 60,
      EvaluationPeriods: 1,
      AlarmActions: [PolicyARN!],
    };
    await cloudwatch.send(new PutMetricAlarmCommand(alarm));
    const publish = (Value: number) =>
      cloudwatch.send(
        new PutMetricDataCommand({ Namespace: "Prefect", MetricData: [{ MetricName: "Backlog", Value }] }),
      );
    await publish(5);
    expect(await desiredCount("stepped")).toBe(2);
    await cloudwatch.send(
      new SetAlarmStateCommand({ AlarmName: "backlog", StateValue: "OK", StateReason: "test" }),
    );
    await publish(50);
    expect(await desiredCount("stepped")).toBe(3);
  });
});
