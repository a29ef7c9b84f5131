/**
 * How long a rehearsal takes beside its critical path: see `critical-path.ts` for what that is.
 *
 *     node bench/rehearsal.ts [--existing-vpc] [--prefect 3]
 *
 * Both are measured in one run, as machines change their speed between runs. A miss is said and is no failure. The first
 * run of all installs the Python parts; measure the second.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { DescribeTasksCommand, ListTasksCommand } from "@aws-sdk/client-ecs";
import { resolveConfig } from "#config/resolve-config.ts";
import { ensureTerraform } from "#engine/ensure-terraform.ts";
import { type RehearsalUp, rehearse } from "#rehearsal/rehearse.ts";
import { silentReporter } from "#reporter";
import { criticalPath, type RehearsalTimes } from "./critical-path.ts";
import { clockTerraform } from "./terraform-clock.ts";

const AIM = 1.15;

const { values } = parseArgs({
  options: { "existing-vpc": { type: "boolean" }, prefect: { type: "string", default: "2" } },
});
const version = values.prefect === "3" ? 3 : 2;
const folder = mkdtempSync(join(tmpdir(), "prefect-fargate-bench-"));
try {
  report(await measure());
} finally {
  rmSync(folder, { recursive: true });
}

async function measure(): Promise<RehearsalTimes> {
  const clock = clockTerraform((await ensureTerraform({ reporter: silentReporter })).path, folder);
  process.env.PREFECT_FARGATE_TERRAFORM = clock.program;
  const network = values["existing-vpc"]
    ? { network: { kind: "existing", assignPublicIp: true } as const }
    : {};
  let seen: Omit<RehearsalTimes, "beganMs" | "endedMs" | "terraform"> | undefined;
  let lookingMs = 0;
  const beganMs = Date.now();
  await rehearse(
    {
      config: resolveConfig({ prefect: { version }, ...network }, "bench", {}),
      whileUp: async (up) => {
        const lookedMs = Date.now();
        seen = await look(up);
        lookingMs = Date.now() - lookedMs;
      },
    },
    silentReporter,
  );
  return { beganMs, endedMs: Date.now() - lookingMs, terraform: clock.runs(), ...seen! };
}

/** Asks ECS and Prefect when what happened. */
async function look({ cloud, system, workplace, result }: RehearsalUp) {
  const { ecs } = workplace.aws;
  const cluster = system.cluster_arn;
  const { taskArns = [] } = await ecs.send(new ListTasksCommand({ cluster, serviceName: "dev-worker" }));
  const runTask = result.flowRun.task!;
  const { tasks = [] } = await ecs.send(new DescribeTasksCommand({ cluster, tasks: [...taskArns, runTask] }));
  const createdMs = (arn: string | undefined) =>
    tasks.find(({ taskArn }) => taskArn === arn)!.createdAt!.getTime();
  const ask = async (path: string, body: object) => {
    const headers = { authorization: `Bearer ${cloud.apiKey}`, "content-type": "application/json" };
    const answer = await fetch(`${cloud.door.workspaceUrl}${path}`, {
      method: "POST",
      headers,
      body: JSON.stringify(body),
    });
    return (await answer.json()) as { created: string; end_time: string }[];
  };
  const [worker] = await ask(`/work_pools/${result.worker.workPool}/workers/filter`, {});
  const [run] = await ask("/flow_runs/filter", { flow_runs: { name: { any_: [result.flowRun.name] } } });
  return {
    workerTaskMs: createdMs(taskArns[0]),
    workerSeenMs: Date.parse(worker!.created),
    runCreatedMs: Date.parse(run!.created),
    runTaskMs: createdMs(runTask),
    runEndedMs: Date.parse(run!.end_time),
  };
}

function report(times: RehearsalTimes): void {
  const parts = criticalPath(times);
  const path = parts.reduce((sum, { seconds }) => sum + seconds, 0);
  const total = (times.endedMs - times.beganMs) / 1000;
  console.table(
    Object.fromEntries([
      ...parts.map(({ what, seconds }) => [what, { seconds: seconds.toFixed(1) }]),
      ["critical path", { seconds: path.toFixed(1) }],
      ["the rehearsal", { seconds: total.toFixed(1) }],
    ]),
  );
  const ratio = total / path;
  const verdict = ratio <= AIM ? "met   " : "MISSED";
  console.log(
    `${verdict}  rehearsal beside its critical path: ${ratio.toFixed(2)} × (aim: at most ${AIM} ×)`,
  );
}
