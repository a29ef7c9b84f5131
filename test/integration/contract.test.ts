import { spawn } from "node:child_process";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { DescribeTasksCommand, ListTasksCommand } from "@aws-sdk/client-ecs";
import { ListInstancesCommand, ListServicesCommand } from "@aws-sdk/client-servicediscovery";
import { strToU8, zipSync } from "fflate";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Plan } from "#engine/plan.ts";
import { contractRows } from "../helpers/contract-rows.ts";
import { type AwsClients, awsClients, openEmulator } from "../helpers/emulator.ts";
import { type Inventory, inventory } from "../helpers/inventory.ts";
import { filesWithKey, holdsKey, processesWithKey } from "../helpers/key-search.ts";
import { newTraces, noTraces, type Traces, traces } from "../helpers/leftovers.ts";
import { type Rehearsed, rehearsed } from "../helpers/rehearsed.ts";

const MAJORS = [2, 3] as const;
let before: Traces;
const systems: Partial<Record<2 | 3, Rehearsed>> = {};
const accountOf = (version: 2 | 3): AwsClients => awsClients(systems[version]!.cloud.emulator);

// Both at once: most of their time is the provider's fixed waits.
beforeAll(async () => {
  before = await traces("no rehearsal yet");
  const reached = await Promise.allSettled(
    MAJORS.map(async (version) => {
      systems[version] = await rehearsed({ prefect: { version } });
    }),
  );
  for (const end of reached) if (end.status === "rejected") throw end.reason;
}, 600_000);
afterAll(async () => {
  await Promise.all(Object.values(systems).map((system) => system.finish()));
});

/** The design's table, row by row, read back from the account after a real apply of the default config. */
describe.each(MAJORS)("the default system with Prefect %i", (version) => {
  let system: Rehearsed;
  let account: AwsClients;

  beforeAll(() => {
    system = systems[version]!;
    account = accountOf(version);
  });

  let planned: Promise<Plan> | undefined;
  const secondPlan = () => (planned ??= system.workplace.workspace.plan());
  const facts = () => ({ version, ...system.cloud, apiUrl: system.cloud.door.apiUrl });

  it.each(contractRows)("$row", ({ check }) => check(account, facts()));

  it("Prefect: worker dev-worker is ONLINE in ecs-work-pool, which is of type ecs and not paused", async () => {
    const { prefect } = system.workplace;
    expect(await prefect.readWorkPool("ecs-work-pool")).toMatchObject({ type: "ecs", paused: false });
    expect(await prefect.listWorkers("ecs-work-pool")).toMatchObject([
      { name: "dev-worker", status: "ONLINE" },
    ]);
  });

  it("Prefect: the pool's template puts flow runs into our cluster, network and roles", async () => {
    const pool = await system.workplace.prefect.readWorkPool("ecs-work-pool");
    const worker = system.system.workers["dev-worker"]!;
    const properties = pool?.baseJobTemplate.variables.properties as Record<string, { default?: unknown }>;
    expect(
      Object.fromEntries(Object.entries(properties).map(([name, value]) => [name, value.default])),
    ).toMatchObject({
      cluster: system.system.cluster_arn,
      vpc_id: system.system.vpc_id,
      execution_role_arn: system.system.execution_role_arn,
      task_role_arn: worker.flow_task_role_arn,
      network_configuration: {
        subnets: system.system.subnet_ids,
        securityGroups: [worker.flow_security_group_id],
        assignPublicIp: "DISABLED",
      },
    });
  });

  it("discovery: the worker's running task is an instance of its service", async () => {
    const { Services } = await account.discovery.send(new ListServicesCommand({}));
    const { Instances } = await account.discovery.send(
      new ListInstancesCommand({ ServiceId: Services?.[0]?.Id }),
    );
    expect(Instances).toHaveLength(1);
  });

  it("the flow run Completed in a task of its own, with its printed output and return value", () => {
    const { flowRun } = system.result;
    expect(flowRun.state).toBe("Completed");
    expect(flowRun.printed).toContainEqual(expect.stringMatching(/^Hello from a rehearsal, /));
    expect(flowRun.returned).toMatchObject({ task: flowRun.task, cluster: system.system.cluster_arn });
  });

  it("the key is in no RunTask override", async () => {
    const list = await Promise.all(
      (["RUNNING", "STOPPED"] as const).map((desiredStatus) =>
        account.ecs.send(new ListTasksCommand({ cluster: "prefect-cluster", desiredStatus })),
      ),
    );
    const tasks = list.flatMap(({ taskArns }) => taskArns ?? []);
    expect(tasks.length).toBeGreaterThanOrEqual(2);
    const described = await account.ecs.send(
      new DescribeTasksCommand({ cluster: "prefect-cluster", tasks, include: ["TAGS"] }),
    );
    expect(holdsKey(JSON.stringify(described.tasks), system.cloud.apiKey)).toBe(false);
  });

  it("the key is in no Terraform file, state, plan, log, process argument or line of output", async () => {
    const { apiKey } = system.cloud;
    const plan = await secondPlan();
    expect(readdirSync(system.workplace.dir)).toContain("terraform.tfstate");
    expect(holdsKey(readFileSync(plan.file), "prefect_api_key")).toBe(true);
    // The emulated AWS is Secrets Manager here, and Prefect's own database is Prefect Cloud: they may know the key.
    const places = ["terraform", "agent", "results"].map((name) => join(system.workplace.dir, "..", name));
    expect(places.flatMap((place) => filesWithKey(place, apiKey))).toEqual([]);
    expect(processesWithKey(apiKey)).toEqual([]);
    expect(holdsKey(system.reporter.lines.join("\n"), apiKey)).toBe(false);
  });

  it("finds a key that is planted: in a file, encoded or zipped, and in a process's arguments", async () => {
    const { apiKey } = system.cloud;
    const place = join(system.workplace.dir, "..", "agent");
    const planted = {
      clear: apiKey,
      base64: Buffer.from(`x:${apiKey}`).toString("base64"),
      zip: zipSync({ tfplan: strToU8(apiKey) }),
    };
    const files = Object.entries(planted).map(([name, content]) => [join(place, name), content] as const);
    for (const [file, content] of files) writeFileSync(file, content);
    const holder = spawn(process.execPath, ["-e", "setTimeout(() => {}, 60_000)", apiKey], {
      stdio: "ignore",
    });
    try {
      // Until the child has become Node, its arguments are not to be seen.
      await expect.poll(() => processesWithKey(apiKey)).toEqual([String(holder.pid)]);
      expect(filesWithKey(place, apiKey).sort()).toEqual(files.map(([file]) => file).sort());
    } finally {
      holder.kill("SIGKILL");
      for (const [file] of files) rmSync(file);
    }
  });

  it("a second plan is empty", async () => {
    const plan = await secondPlan();
    expect(plan.changes).toEqual([]);
    expect(plan.empty).toBe(true);
  });
});

it("after destroy both accounts are as new ones, and nothing is left on this machine", async () => {
  const untouched = countByKind(await inventoryOfNewAccount());
  const removed = MAJORS.map(async (version) => {
    const system = systems[version]!;
    const account = accountOf(version);
    expect(newTraces(before, await traces(dirname(system.workplace.dir)))).not.toEqual(noTraces);
    expect(countByKind(await inventory(account))).not.toEqual(untouched);
    const afterwards = Promise.withResolvers<Inventory>();
    await system.finish(async () => afterwards.resolve(await inventory(account)));
    expect(countByKind(await afterwards.promise)).toEqual(untouched);
  });
  await Promise.all(removed);
  for (const system of Object.values(systems))
    expect(newTraces(before, await traces(dirname(system.workplace.dir)))).toEqual(noTraces);
});

async function inventoryOfNewAccount(): Promise<Inventory> {
  const emulator = await openEmulator();
  return inventory(emulator.clients).finally(emulator.close);
}

const countByKind = (all: Inventory) =>
  Object.fromEntries(Object.entries(all).map(([kind, items]) => [kind, items.length]));
