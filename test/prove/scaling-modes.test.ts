import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DescribeScalableTargetsCommand } from "@aws-sdk/client-application-auto-scaling";
import { CreateClusterCommand, DescribeServicesCommand, UpdateServiceCommand } from "@aws-sdk/client-ecs";
import { afterAll, beforeAll, expect, it } from "vitest";
import { resolveConfig } from "#config/resolve-config.ts";
import type { ConfigInput } from "#config/schema.ts";
import { findTerraform } from "#engine/find-terraform.ts";
import { openWorkspace, type Workspace } from "#engine/workspace.ts";
import { silentReporter } from "#reporter";
import { composeRoot } from "#root/compose-root.ts";
import { writeRoot } from "#root/write-root.ts";
import { openEmulator, type TestEmulator } from "../helpers/emulator.ts";
import { obligingAgent } from "../helpers/hand-agent.ts";
import { targetTracking, trackedCpu } from "../helpers/target-tracking.ts";

type WorkerInput = NonNullable<ConfigInput["workers"]>[string];

const CLUSTER = "modes";
const PROCESS = { type: "process", image: "team/flows:1" } as const;

let emulator: TestEmulator;
let agent: ReturnType<typeof obligingAgent>;
let dir: string;
let workspace: Workspace;
let clusterArn: string;

beforeAll(async () => {
  emulator = await openEmulator();
  agent = obligingAgent(emulator);
  const { cluster } = await emulator.clients.ecs.send(new CreateClusterCommand({ clusterName: CLUSTER }));
  clusterArn = cluster!.clusterArn!;
  dir = await mkdtemp(join(tmpdir(), "prefect-fargate-modes-"));
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

/** Plans a system of one worker, and tells what would become of its parts. */
async function planOf(worker: WorkerInput) {
  const config = resolveConfig(
    {
      network: { kind: "existing", assignPublicIp: true },
      cluster: { arn: clusterArn },
      prefect: {
        apiUrl: "https://prefect.example.com/api",
        apiKey: { secretArn: "arn:aws:secretsmanager:us-east-1:000000000000:secret:key-AbCdEf" },
      },
      workers: { w: worker },
    },
    "the config",
    {},
  );
  await writeRoot(dir, composeRoot(config));
  await workspace.init();
  return workspace.plan();
}

/** Applies it. The service must outlive that. */
async function become(worker: WorkerInput): Promise<number | undefined> {
  const before = await service();
  await workspace.apply(await planOf(worker));
  const after = await service();
  if (before) expect(after?.createdAt).toEqual(before.createdAt);
  return after?.desiredCount;
}

async function service() {
  const { services } = await emulator.clients.ecs.send(
    new DescribeServicesCommand({ cluster: CLUSTER, services: ["w"] }),
  );
  return services?.[0];
}

const setDesired = (desiredCount: number) =>
  emulator.clients.ecs.send(new UpdateServiceCommand({ cluster: CLUSTER, service: "w", desiredCount }));

it("changing how a worker is scaled, or its type, never replaces its service", {
  timeout: 600_000,
}, async () => {
  expect(await become({ desiredCount: 2 })).toBe(2);

  // Scaled: whatever others set stays, whatever the config begins with.
  const scaling = { mode: "cpu", minTasks: 1, maxTasks: 5, targetPercent: 60 } as const;
  expect(await become({ ...PROCESS, scaling })).toBe(2);
  expect(await targetTracking(emulator.clients, `service/${CLUSTER}/w`)).toEqual(
    trackedCpu({ least: 1, most: 5, percent: 60 }),
  );
  await setDesired(4);
  const second = await workspace.plan();
  expect(second.changes).toEqual([]);

  // Fixed: the config says how many.
  expect(await become({ desiredCount: 3 })).toBe(3);
  const { ScalableTargets } = await emulator.clients.autoscaling.send(
    new DescribeScalableTargetsCommand({ ServiceNamespace: "ecs" }),
  );
  expect(ScalableTargets).toEqual([]);
});
