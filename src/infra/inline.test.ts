import { describe, expect, test } from "vitest";
import { CleanStack } from "#terraform/clean-stack.ts";
import type { JsonObject } from "#terraform/hcl.ts";
import { synthesize } from "#terraform/synthesize.ts";
import { lookInto } from "../../test/helpers/terraform-modules.ts";
import { networkModule, workerModule } from "./modules.ts";
import { withApp } from "./with-app.ts";

const WORKER = {
  prefectApiUrl: "https://prefect.example.com/api",
  apiKeySecretArn: "arn:aws:secretsmanager:eu-west-1:111122223333:secret:key-AbCdEf",
  clusterArn: "arn:aws:ecs:eu-west-1:111122223333:cluster/c",
  namespaceId: "ns-1",
  executionRoleArn: "arn:aws:iam::111122223333:role/r",
};

describe("constructs in a stack of one's own", () => {
  const stack = withApp((app) => {
    const own = new CleanStack(app, "own");
    const network = networkModule.inline(own, "network", { availabilityZones: ["eu-west-1a", "eu-west-1b"] });
    workerModule.inline(own, "prefect", {
      ...WORKER,
      vpcId: network.vpcId.value,
      subnetIds: network.privateSubnetIds.value,
      environment: { GREETING: 'say "${hello}"' },
      capacityProviderStrategy: [{ capacityProvider: "FARGATE_SPOT", weight: 1, base: 0 }],
      ephemeralStorageGiB: 40,
    });
    return lookInto(synthesize(own).json);
  });

  test("have their own place in the addresses", () => {
    expect(Object.keys(stack.resources("aws_vpc"))).toEqual(["network"]);
    expect(Object.keys(stack.resources("aws_ecs_service"))).toEqual(["prefect_worker"]);
  });

  test("literals are decided at once: no conditionals, no variables, no choice of zones", () => {
    expect(stack.json).not.toHaveProperty("variable");
    expect(stack.resourceTypes).not.toContain("terraform_data");
    expect(stack.resource("aws_ecs_service")).toMatchObject({
      desired_count: 1,
      deployment_minimum_healthy_percent: 0,
      deployment_maximum_percent: 100,
    });
    expect(stack.resources("aws_sqs_queue")).toMatchObject({ prefect_task_events: { count: 0 } });
    expect(stack.resources("aws_subnet")).toMatchObject({
      network_private: { cidr_block: '${cidrsubnet("10.0.0.0/16", 4, each.value + 8)}' },
    });
  });

  test("blocks are blocks, and what AWS does by itself is not asked for", () => {
    const service = stack.resource("aws_ecs_service");
    expect(service).toMatchObject({
      capacity_provider_strategy: [{ capacity_provider: "FARGATE_SPOT", weight: 1, base: 0 }],
    });
    expect(service).not.toHaveProperty("launch_type");
    expect(service).not.toHaveProperty("dynamic");
    expect(stack.resource("aws_ecs_task_definition")).toMatchObject({
      ephemeral_storage: { size_in_gib: 40 },
    });
  });

  test("text with quotes and template markers stays text", () => {
    expect((stack.json.locals as JsonObject).prefect_environment).toContain('"say \\"$${hello}\\""');
  });
});
