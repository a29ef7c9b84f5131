import { readdirSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import getPort from "get-port";
import { expect } from "vitest";
import { importConfig } from "#config/import-config.ts";
import type { ConfigInput } from "#config/schema.ts";
import { packagePath } from "#package";
import { added, inventory } from "./inventory.ts";
import { openStage, type Stage } from "./stage.ts";

/** Those that are configs; `cdktn-app` is a program. */
export const EXAMPLES: readonly string[] = readdirSync(packagePath("examples"), { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && entry.name !== "cdktn-app")
  .map(({ name }) => name);

const FILE = "prefect-fargate.config.ts";
/** Where an example's services listen; here they share one network, in which somebody may have that port. */
const SERVICE_PORT = "4200";

/**
 * Deploys an example, with the stage for its Prefect, until its workers are ONLINE and its services run; plans again, which must
 * change nothing; destroys it, which must leave nothing.
 *
 * @param instead what the test has in place of the example's own fields: a network that exists takes half the time
 */
export async function applyExample(name: string, instead: ConfigInput = {}): Promise<void> {
  const example = await exampleOnStage(name);
  const stage = await openStage({ version: 2, config: { network: {}, ...example, ...instead } });
  try {
    const before = await inventory(stage.aws);
    if (instead.network === undefined) await expectToldCost(name, stage);
    const { workers, services } = JSON.parse((await stage.must(["deploy", "--yes", "--json"])).stdout);
    // Each task of a process worker is a worker with a name of its own.
    const named = workers.map(({ name: worker }: { name: string }) => worker.replace(/-[0-9a-f]{32}$/, ""));
    expect(named.sort()).toEqual(Object.keys(example.workers ?? { "dev-worker": {} }).sort());
    for (const worker of workers) expect(worker).toMatchObject({ status: "ONLINE" });
    expect(services.map(({ name: service }: { name: string }) => service)).toEqual(
      Object.keys(example.services ?? {}),
    );
    expect(JSON.parse((await stage.must(["plan", "--json"])).stdout)).toMatchObject({
      empty: true,
      changes: [],
    });
    await stage.must(["destroy", "--yes", "--delete-pool"]);
    expect(added(before, await inventory(stage.aws))).toEqual({});
  } finally {
    await stage.close();
  }
}

/** The sum that the example's page tells is the one that plan comes to. */
async function expectToldCost(name: string, stage: Stage): Promise<void> {
  const { cost } = JSON.parse((await stage.must(["plan", "--json"])).stdout);
  const page = await readFile(packagePath("examples", name, "README.md"), "utf8");
  expect(page).toContain(`**$${cost.usdPerMonth.toFixed(2)} a month**`);
}

/** An example without a Prefect of its own, and with its services where nobody listens on this machine. */
export async function exampleOnStage(name: string): Promise<ConfigInput> {
  const { prefect: _, ...example } = await exampleConfig(name);
  const port = String(await getPort({ host: "127.0.0.1" }));
  return JSON.parse(JSON.stringify(example).replaceAll(SERVICE_PORT, port)) as ConfigInput;
}

/** What the example's file says. The package's name would mean a build that need not be there. */
export async function exampleConfig(name: string): Promise<ConfigInput> {
  const folder = await mkdtemp(join(tmpdir(), "prefect-fargate-example-"));
  try {
    const file = join(folder, FILE);
    const text = await readFile(packagePath("examples", name, FILE), "utf8");
    const source = pathToFileURL(packagePath("src", "config", "define-config.ts")).href;
    await writeFile(file, text.replace('"prefect-fargate"', JSON.stringify(source)));
    return (await importConfig(file, folder)) as ConfigInput;
  } finally {
    await rm(folder, { recursive: true });
  }
}
