import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DescribeServicesCommand } from "@aws-sdk/client-ecs";
import { afterAll, beforeAll, expect, it } from "vitest";
import { findTerraform } from "#engine/find-terraform.ts";
import { openWorkspace, type Workspace } from "#engine/workspace.ts";
import { packagePath } from "#package";
import { silentReporter } from "#reporter";
import { openEmulator, type TestEmulator } from "../helpers/emulator.ts";
import { obligingAgent } from "../helpers/hand-agent.ts";
import { added, inventory } from "../helpers/inventory.ts";

const ROOT = packagePath("test", "fixtures", "every-resource-kind");

let emulator: TestEmulator;
let agent: ReturnType<typeof obligingAgent>;
let dir: string;
let workspace: Workspace;

beforeAll(async () => {
  emulator = await openEmulator();
  agent = obligingAgent(emulator);
  dir = await mkdtemp(join(tmpdir(), "prefect-fargate-every-kind-"));
  await cp(ROOT, dir, { recursive: true });
  workspace = await openWorkspace({
    dir,
    terraform: await findTerraform(),
    env: emulator.env,
    reporter: silentReporter,
  });
});

afterAll(async () => {
  workspace.close();
  await agent.stop();
  await emulator.close();
  await rm(dir, { recursive: true, force: true });
});

it("gives back every kind of resource as Terraform wrote it, and keeps nothing once it is destroyed", async () => {
  const before = await inventory(emulator.clients);
  await workspace.init();
  await workspace.apply(await workspace.plan());
  expect(Object.keys(added(before, await inventory(emulator.clients)))).toEqual(
    expect.arrayContaining([
      "vpcs",
      "natGateways",
      "endpoints",
      "services",
      "tasks",
      "secrets",
      "namespaces",
      "queues",
    ]),
  );

  const { services } = await emulator.clients.ecs.send(
    new DescribeServicesCommand({ cluster: "every-kind", services: ["dev-worker", "spot"] }),
  );
  expect(services!.map(({ serviceName, runningCount }) => [serviceName, runningCount])).toEqual([
    ["dev-worker", 1],
    ["spot", 2],
  ]);

  const second = await workspace.plan();
  expect(second.changes).toEqual([]);
  expect(second.empty).toBe(true);

  await workspace.destroy();
  expect(added(before, await inventory(emulator.clients))).toEqual({});
});
