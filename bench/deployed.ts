/**
 * How long `deploy` takes where there is nothing to do, beside `terraform plan` on the same state, and how long `status` takes.
 *
 *     npm exec -- node bench/deployed.ts [ROUNDS]
 *
 * Both look at one system on an emulated AWS, in turns within one run, because machines change their speed between runs. A miss
 * is said and is no failure.
 */
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { cpus } from "node:os";
import { dirname, join } from "node:path";
import { findTerraform } from "#engine/find-terraform.ts";
import { terraformEnvironment } from "#engine/terraform-environment.ts";
import { openStage } from "../test/helpers/stage.ts";
import { table } from "./table.ts";

const ROUNDS = Number(process.argv[2] ?? 7);
const MOST_BESIDE_PLAN = 1.5;
const MOST_STATUS_SECONDS = 2;

const root = dirname(import.meta.dirname);
const cli = join(root, "dist", "cli.js");
execFileSync(process.execPath, [join(root, "tools", "build.ts")], { stdio: "inherit" });

const stage = await openStage({ version: 2, existingCluster: true });
try {
  await stage.must(["deploy", "--yes"]);
  const terraform = await findTerraform({ env: stage.env });
  const folder = join(stage.dir, ".prefect-fargate");
  const commands: Record<string, () => Promise<number>> = {
    "terraform plan": () =>
      seconds(terraform.path, ["plan", "-input=false", "-detailed-exitcode"], folder, {
        ...terraformEnvironment({ ...stage.env }, { prefect_api_key: stage.cloud.apiKey }),
      }),
    deploy: () => seconds(process.execPath, [cli, "deploy", "--yes"], stage.dir, stage.env),
    status: () => seconds(process.execPath, [cli, "status"], stage.dir, stage.env),
  };
  const times = Object.fromEntries(Object.keys(commands).map((name) => [name, [] as number[]]));
  // One round unmeasured: caches are filled, as they are for whoever deploys the second time.
  for (let round = 0; round <= ROUNDS; round++)
    for (const [name, run] of Object.entries(commands)) {
      const took = await run();
      if (round > 0) times[name]!.push(took);
    }
  report(times);
} finally {
  await stage.close();
}

async function seconds(
  command: string,
  args: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>>,
): Promise<number> {
  const began = performance.now();
  const child = spawn(command, [...args], { cwd, env: { ...env }, stdio: ["ignore", "ignore", "pipe"] });
  let said = "";
  child.stderr.on("data", (chunk) => {
    said += chunk;
  });
  const [status] = await once(child, "close");
  if (status !== 0) throw new Error(`${args.join(" ")} ended with ${status}: ${said}`);
  return (performance.now() - began) / 1000;
}

function report(times: Readonly<Record<string, readonly number[]>>): void {
  const rows = Object.entries(times).map(([name, values]) => [
    name,
    median(values).toFixed(2),
    Math.min(...values).toFixed(2),
    (median(values) / median(times["terraform plan"]!)).toFixed(2),
  ]);
  console.log(
    `${ROUNDS} rounds, Node ${process.versions.node}, ${cpus().length} × ${cpus()[0]?.model ?? "processor"}\n`,
  );
  console.log(table(["command", "median s", "least s", "× plan"], rows));
  // Round by round, as both then met the same machine.
  const beside = median(times.deploy!.map((took, round) => took / times["terraform plan"]![round]!));
  say("deploy with nothing to do beside terraform plan", beside, MOST_BESIDE_PLAN, "×");
  say("status", median(times.status!), MOST_STATUS_SECONDS, "s");
}

function say(what: string, measured: number, aim: number, unit: string): void {
  const verdict = measured <= aim ? "met   " : "MISSED";
  console.log(`${verdict}  ${what}: ${measured.toFixed(2)} ${unit} (aim: at most ${aim} ${unit})`);
}

function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)]!;
}
