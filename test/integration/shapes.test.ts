import { copyFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DescribeServicesCommand } from "@aws-sdk/client-ecs";
import getPort from "get-port";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { DescribedChange } from "#actions/plan/describe-changes.ts";
import type { ConfigInput } from "#config/schema.ts";
import { recordingPlugin } from "../helpers/session-plugin.ts";
import { openStage, type Stage } from "../helpers/stage.ts";
import { terraformFolder } from "../helpers/terraform-cli.ts";

/** One deployed system, a worker with a service of the user's beside it, and what plan says of other shapes of it. */
/** On a busy machine. */
const DEPLOY_TIMEOUT_MS = 600_000;

let stage: Stage;
let port: number;
let config: ConfigInput;

beforeAll(async () => {
  port = await getPort({ host: "127.0.0.1" });
  config = {
    services: {
      server: {
        image: "prefecthq/prefect:2-latest",
        port,
        command: ["python", "-m", "http.server", String(port), "--bind", "127.0.0.1"],
        healthCheckCommand: `python -c "import urllib.request as r; r.urlopen('http://127.0.0.1:${port}/', timeout=5)"`,
        exec: true,
        loadBalancer: { http: true, allowedCidrs: ["203.0.113.0/24"] },
      },
    },
  };
  stage = await openStage({ version: 2, existingCluster: true, config });
});
afterAll(() => stage?.close());

describe("a service beside the worker", () => {
  test(
    "is deployed with it: the deploy ends when both run",
    async () => {
      const { stdout } = await stage.must(["deploy", "--yes", "--json"]);
      const { workers, services } = JSON.parse(stdout);
      expect(workers).toMatchObject([{ name: "dev-worker", status: "ONLINE" }]);
      expect(services).toMatchObject([{ name: "server", url: expect.stringMatching(/^http:\/\//) }]);
      const answer = await fetch(`http://127.0.0.1:${port}/`);
      expect(answer.status).toBe(200);
      const { services: rows } = await stage.aws.ecs.send(
        new DescribeServicesCommand({ cluster: "shared-cluster", services: ["server"] }),
      );
      expect(rows?.[0]).toMatchObject({
        runningCount: 1,
        deployments: [{ rolloutState: "COMPLETED" }],
        loadBalancers: [{ containerName: "service", containerPort: port }],
      });
    },
    DEPLOY_TIMEOUT_MS,
  );

  test("is there in status, and its log is read by its name", async () => {
    const { stdout } = await stage.must(["status", "--json"]);
    expect(JSON.parse(stdout)).toMatchObject({
      healthy: true,
      services: [{ name: "server", service: { running: 1, desired: 1 } }],
    });
    expect((await stage.must(["logs", "server"])).stdout).toContain("GET /");
  });

  test("opens its shell to exec, which without a name is the worker's", async () => {
    const plugin = await recordingPlugin(join(stage.dir, "..", "bin"));
    const env = plugin.environment(stage.env.PATH!);
    const { stderr, status } = await stage.cli(["exec", "server", "--command", "python --version"], { env });
    expect(stderr).toMatch(/^In container service of task [0-9a-f]{32}\.$/m);
    expect(JSON.parse((await plugin.seen()).args[4]!).Target).toMatch(
      /^ecs:shared-cluster_[0-9a-f]{32}_\S+$/,
    );
    expect(status).toBe(7);
  });

  test("a second plan changes nothing", async () => {
    const { stdout } = await stage.must(["plan", "--json"]);
    const { changes, empty } = JSON.parse(stdout);
    expect(changes).toEqual([]);
    expect(empty).toBe(true);
  });
});

describe("what is exported", () => {
  test("changes nothing over the same state, and needs nothing of ours", async () => {
    await using folder = await terraformFolder(
      {},
      { ...stage.env, TF_VAR_prefect_api_key: stage.cloud.apiKey },
    );
    await stage.must(["export", "--out", folder.dir]);
    await copyFile(
      join(stage.dir, ".prefect-fargate", "terraform.tfstate"),
      join(folder.dir, "terraform.tfstate"),
    );
    expect(await folder.run("fmt", "-check", "-diff", "-recursive")).toBe("");
    await folder.run("init", "-input=false");
    // Any change would end it with 2.
    expect(await folder.run("plan", "-input=false", "-detailed-exitcode", "-no-color")).toContain(
      "No changes.",
    );
  });
});

describe("plan", () => {
  test("shows what a file of the user's own changes in a module", async () => {
    await writeFile(
      join(stage.dir, "retention_override.tf"),
      'resource "aws_cloudwatch_log_group" "flow_run" {\n  retention_in_days = 7\n}\n',
    );
    await stage.configure({ ...config, overrides: { worker: ["retention_override.tf"] } });
    expect(await changesOf()).toMatchObject([
      {
        kind: "change",
        address: 'module.worker["dev-worker"].aws_cloudwatch_log_group.flow_run',
        differences: ["retention_in_days: 30 → 7"],
      },
    ]);
    expect((await stage.must(["plan"])).stdout).toContain("worker: retention_override.tf");
  });

  test("shows what each way out costs a month", async () => {
    const gateways = async (egress: "nat-per-zone" | "public") => {
      await stage.configure({ ...config, network: { availabilityZones: 2, egress } });
      const { cost } = JSON.parse((await stage.must(["plan", "--json"])).stdout);
      return cost.lines.filter(({ what }: { what: string }) => what === "NAT gateway");
    };
    expect(await gateways("nat-per-zone")).toMatchObject([{ amount: 2, usdPerMonth: 65.7 }]);
    expect(await gateways("public")).toEqual([]);
  });

  test("refuses public subnets that are given as private ones", async () => {
    await stage.configure({ ...config, services: {}, network: { kind: "existing" } });
    const { stderr, status } = await stage.cli(["plan"]);
    expect(stderr).toMatch(
      /subnet-\w+ is a public subnet: its route table \S+ leads out by an Internet gateway/,
    );
    expect(status).toBe(1);
  });

  test("a second worker changes nothing of the first", async () => {
    await stage.configure({ ...config, workers: { "dev-worker": {}, reports: { workPool: "reports" } } });
    const changes = await changesOf();
    expect(changes.length).toBeGreaterThan(5);
    expect(changes.filter(({ kind }) => kind !== "create")).toEqual([]);
    expect(changes.filter(({ address }) => address.includes("dev-worker"))).toEqual([]);
  });

  test("says beforehand that going from on demand to Spot replaces the service", async () => {
    await stage.configure({ ...config, workers: { "dev-worker": { capacity: { kind: "spot" } } } });
    const replaced = (await changesOf()).filter(({ kind }) => kind === "replace");
    expect(replaced).toMatchObject([
      {
        address: 'module.worker["dev-worker"].aws_ecs_service.worker[0]',
        because: expect.stringContaining("capacity_provider_strategy"),
      },
    ]);
  });
});

async function changesOf(): Promise<DescribedChange[]> {
  return JSON.parse((await stage.must(["plan", "--json"])).stdout).changes;
}
