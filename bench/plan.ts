/**
 * How synth and Terraform's plan grow with the workers of a config: 1, 10, 50 and 100, against an emulated AWS in which nothing is yet.
 *
 *     node bench/plan.ts [ROUNDS]
 *
 * Synth is what this tool does: config in, folder of Terraform files out. Plan is Terraform's own time, with the real provider,
 * and so what a person waits for. Sizes take turns within one run, because machines change their speed. A miss is said and is
 * no failure.
 */
import { cpus } from "node:os";
import { resolveConfig } from "#config/resolve-config.ts";
import { composeRoot } from "#root/compose-root.ts";
import { writeRoot } from "#root/write-root.ts";
import { openEmulator } from "../test/helpers/emulator.ts";
import { type TerraformFolder, terraformFolder } from "../test/helpers/terraform-cli.ts";
import { table } from "./table.ts";

const ROUNDS = Number(process.argv[2] ?? 3);
const WORKERS = [1, 10, 50, 100] as const;
type Size = (typeof WORKERS)[number];
type Times = Record<"synth" | "plan", number[]>;

const emulator = await openEmulator();
const folders = new Map<Size, TerraformFolder>();
try {
  for (const size of WORKERS) {
    const folder = await terraformFolder({}, { ...emulator.env, TF_VAR_prefect_api_key: "pnu_bench" });
    folders.set(size, folder);
    await synth(size, folder.dir);
    await folder.run("init", "-input=false");
  }
  const times = new Map<Size, Times>(WORKERS.map((size) => [size, { synth: [], plan: [] }]));
  for (let round = 0; round < ROUNDS; round += 1)
    for (const [size, folder] of folders) {
      times.get(size)!.synth.push(await took(() => synth(size, folder.dir)));
      times.get(size)!.plan.push(await took(() => folder.run("plan", "-input=false", "-out=plan.bin")));
    }
  await report(times);
} finally {
  for (const folder of folders.values()) await folder[Symbol.asyncDispose]();
  await emulator.close();
}

async function synth(workers: number, to: string): Promise<void> {
  const byName = Object.fromEntries(
    Array.from({ length: workers }, (_, index) => [`worker-${index}`, { workPool: `pool-${index}` }]),
  );
  const prefect = { version: 3, apiUrl: "https://prefect.example.com/api", auth: "key" } as const;
  await writeRoot(to, composeRoot(resolveConfig({ prefect, workers: byName })));
}

async function took(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return (performance.now() - began) / 1000;
}

async function report(times: ReadonlyMap<Size, Times>): Promise<void> {
  const least = (size: Size, what: keyof Times): number => Math.min(...times.get(size)![what]);
  const rows = await Promise.all(
    WORKERS.map(async (size) => [
      String(size),
      String(await plannedIn(folders.get(size)!)),
      least(size, "synth").toFixed(3),
      least(size, "plan").toFixed(1),
    ]),
  );
  console.log(
    `${ROUNDS} rounds, the least of each, Node ${process.versions.node}, ${cpus().length} × ${cpus()[0]?.model ?? "processor"}\n`,
  );
  console.log(table(["workers", "resources", "synth, s", "plan, s"], rows));
  for (const what of ["synth", "plan"] as const) {
    const slope = (from: Size, to: Size): number => (least(to, what) - least(from, what)) / (to - from);
    // The first workers are planned while the provider still starts, and so cost next to nothing.
    const [few, many] = [slope(10, 50), slope(50, 100)];
    // Linear: a hundredth worker costs no more than an eleventh, with room for noise in the small difference.
    const aim = 1.5 * Math.max(few, 0.001);
    console.log(
      `${many <= aim ? "met   " : "MISSED"}  ${what}: ${(1000 * many).toFixed(1)} ms a worker from 50 to 100, ${(1000 * few).toFixed(1)} ms from 10 to 50`,
    );
  }
}

/** How many resources the plan would create. */
async function plannedIn(folder: TerraformFolder): Promise<number> {
  const plan = JSON.parse(await folder.run("show", "-json", "plan.bin"));
  return plan.resource_changes.filter(({ change }: { change: { actions: string[] } }) =>
    change.actions.includes("create"),
  ).length;
}
