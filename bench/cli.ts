/**
 * How long the command line itself takes, beside what Node takes to do nothing, and how synth grows with workers.
 *
 *     node bench/cli.ts [ROUNDS]
 *
 * Everything is measured in turns within one run, because machines change their speed between runs. A miss is said and
 * is no failure.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { dirname, join } from "node:path";

const root = dirname(import.meta.dirname);
const ROUNDS = Number(process.argv[2] ?? 21);
const WORKERS = [1, 10, 100] as const;

interface Aim {
  readonly what: string;
  readonly measured: number;
  readonly unit: string;
  readonly aim: number;
}

execFileSync(process.execPath, [join(root, "tools", "build.ts")], { stdio: "inherit" });
const folder = mkdtempSync(join(tmpdir(), "prefect-fargate-bench-"));
try {
  report(measure());
} finally {
  rmSync(folder, { recursive: true });
}

function measure(): Aim[] {
  const cli = join(root, "dist", "cli.js");
  const synth = (config: string): string[] => [
    cli,
    "synth",
    "--out",
    join(folder, "out"),
    "--config",
    config,
  ];
  const commands: Record<string, string[]> = {
    node: ["-e", "0"],
    help: [cli, "--help"],
    validate: [cli, "validate", "--config", configOf(1)],
    ...Object.fromEntries(WORKERS.map((amount) => [`synth ${amount}`, synth(configOf(amount))])),
  };
  const times: Record<string, number[]> = Object.fromEntries(Object.keys(commands).map((name) => [name, []]));
  // One round unmeasured: the compile cache is filled, as it is from a user's second command on.
  for (let round = 0; round <= ROUNDS; round++)
    for (const [name, args] of Object.entries(commands)) {
      const began = performance.now();
      const { status, stderr } = spawnSync(process.execPath, args, { cwd: folder, encoding: "utf8" });
      if (status !== 0) throw new Error(`${name} ended with ${status}: ${stderr}`);
      if (round > 0) times[name]!.push(performance.now() - began);
    }

  const medians = Object.fromEntries(Object.entries(times).map(([name, values]) => [name, median(values)]));
  console.log(
    `${ROUNDS} rounds, Node ${process.versions.node}, ${cpus().length} × ${cpus()[0]?.model ?? "processor"}\n`,
  );
  console.table(
    Object.fromEntries(
      Object.entries(times).map(([name, values]) => [
        name,
        {
          "median ms": round(medians[name]!),
          "least ms": round(Math.min(...values)),
          "× node": round(medians[name]! / medians.node!),
        },
      ]),
    ),
  );
  const perWorker = (from: number, to: number): number =>
    (medians[`synth ${to}`]! - medians[`synth ${from}`]!) / (to - from);
  return [
    { what: "--help beside bare Node", measured: medians.help! / medians.node!, unit: "×", aim: 2 },
    { what: "synth beside bare Node", measured: medians["synth 1"]! / medians.node!, unit: "×", aim: 3 },
    { what: "synth of 100 workers", measured: medians["synth 100"]! / 1000, unit: "s", aim: 1 },
    // Linear: a hundredth worker costs no more than a second one, with room for noise in the small difference.
    {
      what: "each worker from 10 to 100",
      measured: perWorker(10, 100),
      unit: "ms",
      aim: Math.max(1, 2 * perWorker(1, 10)),
    },
  ];
}

function configOf(workers: number): string {
  const file = join(folder, `${workers}-workers.json`);
  const byName = Object.fromEntries(
    Array.from({ length: workers }, (_, index) => [`worker-${index}`, { workPool: `pool-${index}` }]),
  );
  writeFileSync(file, JSON.stringify({ workers: byName }));
  return file;
}

function report(aims: readonly Aim[]): void {
  for (const { what, measured, unit, aim } of aims) {
    const verdict = measured <= aim ? "met   " : "MISSED";
    console.log(`${verdict}  ${what}: ${round(measured)} ${unit} (aim: at most ${round(aim)} ${unit})`);
  }
}

function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)]!;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
