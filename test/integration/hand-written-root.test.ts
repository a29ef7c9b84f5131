import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { ensureTerraform } from "#engine/ensure-terraform.ts";
import { openWorkspace } from "#engine/workspace.ts";
import { packagePath } from "#package";
import { silentReporter } from "#reporter";
import { openEmulator } from "../helpers/emulator.ts";
import { added, inventory } from "../helpers/inventory.ts";

const ROOT = packagePath("test", "fixtures", "hand-written-root");

it("a hand-written root applies the modules, plans nothing more, gives the job template, and is destroyed", async () => {
  const emulator = await openEmulator({ region: "eu-central-1" });
  const dir = await mkdtemp(join(tmpdir(), "prefect-fargate-hand-written-"));
  try {
    await cp(ROOT, dir, { recursive: true });
    await cp(packagePath("modules"), join(dir, "modules"), { recursive: true });
    const workspace = await openWorkspace({
      dir,
      terraform: await ensureTerraform({ reporter: silentReporter }),
      env: emulator.env,
      variables: { prefect_api_key: "pnu_hand_written" },
      reporter: silentReporter,
    });
    const before = await inventory(emulator.clients);
    await workspace.init();
    await workspace.apply(await workspace.plan());

    const template = JSON.parse(String((await workspace.outputs()).base_job_template));
    expect(template.job_configuration.env).toEqual({ PREFECT_API_KEY: null });
    const second = await workspace.plan();
    workspace.discard(second);
    expect(second.changes).toEqual([]);

    await workspace.destroy();
    workspace.close();
    expect(added(before, await inventory(emulator.clients))).toEqual({});
  } finally {
    await emulator.close();
    await rm(dir, { recursive: true, force: true });
  }
});
