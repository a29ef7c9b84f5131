import { describe, expect, it } from "vitest";
import { resolveConfig } from "#config/resolve-config.ts";
import type { ConfigInput } from "#config/schema.ts";
import type { PlannedResource } from "#engine/plan.ts";
import { monthlyCost } from "./monthly-cost.ts";

const config = (input: ConfigInput = {}) => resolveConfig(input, "config", {});

const service = (values: object = {}): PlannedResource => ({
  address: 'module.worker["dev-worker"].aws_ecs_service.worker',
  type: "aws_ecs_service",
  values: { name: "dev-worker", desired_count: 1, ...values },
});
const definition = (values: object = {}): PlannedResource => ({
  address: 'module.worker["dev-worker"].aws_ecs_task_definition.worker',
  type: "aws_ecs_task_definition",
  values: { cpu: "512", memory: "1024", ...values },
});
const one = (type: string, values: object = {}): PlannedResource => ({
  address: `module.network.${type}.this`,
  type,
  values: { ...values },
});

const costOf = (resources: readonly PlannedResource[], input?: ConfigInput) =>
  Object.fromEntries(
    monthlyCost(resources, config(input)).lines.map(({ what, usdPerMonth }) => [what, usdPerMonth]),
  );

describe("monthlyCost", () => {
  it("is $55.55 for a worker behind one NAT gateway", () => {
    const resources = [
      service(),
      definition(),
      one("aws_nat_gateway"),
      one("aws_eip"),
      one("aws_secretsmanager_secret"),
      one("aws_service_discovery_private_dns_namespace"),
      one("aws_vpc_endpoint", { vpc_endpoint_type: "Gateway" }),
    ];
    expect(costOf(resources)).toEqual({
      "worker dev-worker: 1 × 0.5 vCPU, 1 GB": 18.02,
      "NAT gateway": 32.85,
      "public IPv4 address": 3.65,
      secret: 0.4,
      "private DNS zone": 0.5,
      "logs, at 0.25 GB a worker": 0.13,
    });
    expect(monthlyCost(resources, config()).usdPerMonth).toBe(55.55);
  });

  it("counts tasks with addresses of their own, and takes ARM's prices for ARM", () => {
    const resources = [
      service({ desired_count: 2, network_configuration: [{ assign_public_ip: true }] }),
      definition({ cpu: "256", memory: "512", runtime_platform: [{ cpu_architecture: "ARM64" }] }),
    ];
    expect(costOf(resources)).toMatchObject({
      "worker dev-worker: 2 × 0.25 vCPU, 0.5 GB, ARM": 14.42,
      "public IPv4 address": 7.3,
    });
  });

  it("costs nothing to have a worker of which no task is wanted", () => {
    expect(costOf([service({ desired_count: 0 }), definition()])).not.toHaveProperty(
      "worker dev-worker: 0 × 0.5 vCPU, 1 GB",
    );
  });

  it("bills interface endpoints by zone, also in subnets that are still to be made", () => {
    const zones = ["a", "b", "c"].map((zone) => one("aws_subnet", { availability_zone: `us-east-1${zone}` }));
    expect(costOf([...zones, one("aws_vpc_endpoint", { vpc_endpoint_type: "Interface" })])).toEqual({
      "interface endpoint, per zone": 21.9,
    });
  });

  it("says of another region that its prices are others", () => {
    const there = monthlyCost([service(), definition()], config({ region: "eu-central-1" }));
    expect(there).toMatchObject({
      region: "eu-central-1",
      prices: { region: "us-east-1", isOtherRegion: true },
    });
  });

  it("tells what flow runs and traffic add", () => {
    const { byUse } = monthlyCost([service(), definition(), one("aws_nat_gateway")], config());
    expect(byUse).toEqual([
      "Each hour of a flow run of dev-worker costs $0.025 (0.5 vCPU, 1 GB).",
      "Traffic through the NAT gateway costs $0.045 a GB: each start of a task from Docker Hub's image about $0.009.",
    ]);
  });

  it("names what the scaler costs where nothing of an account is free any more", () => {
    const lines = costOf([one("aws_lambda_function")], {
      workers: { a: { scaling: { mode: "queue" } }, b: {} },
    });
    expect(lines).toEqual({
      "scaler, looking every 10 s, in GB-seconds": 4.02,
      "metric of the scaler": 2.1,
    });
  });

  it("counts the two alarms of each target", () =>
    expect(costOf([one("aws_appautoscaling_policy")])).toEqual({ alarm: 0.2 }));
});
