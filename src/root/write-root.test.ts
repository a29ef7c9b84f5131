import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { resolveConfig } from "#config/resolve-config.ts";
import { composeRoot } from "./compose-root.ts";
import { writeRoot } from "./write-root.ts";

const NEW_VPC = composeRoot(resolveConfig({}));
const EXISTING_VPC = composeRoot(resolveConfig({ network: { kind: "existing" } }));

describe("writing a root", () => {
  let dir: string;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), "prefect-fargate-root-"));
  });
  afterEach(() => rm(dir, { recursive: true, force: true }));

  const modules = async () => (await readdir(join(dir, "modules"))).sort();

  test("brings the modules that it calls, and no others", async () => {
    await writeRoot(join(dir, "new/folder"), NEW_VPC);
    expect((await readdir(join(dir, "new/folder/modules"))).sort()).toEqual([
      "api-key",
      "cluster",
      "discovery",
      "network",
      "task-execution-role",
      "worker",
    ]);
    expect(await readdir(join(dir, "new/folder/modules/worker/templates"))).toEqual([
      "ecs-2.json",
      "ecs-3.json",
    ]);
  });

  test("takes away what is no longer called, and a module's stale files", async () => {
    await writeRoot(dir, NEW_VPC);
    await writeFile(join(dir, "modules/worker/stale.tf"), "");
    await writeRoot(dir, EXISTING_VPC);
    expect(await modules()).toContain("existing-network");
    expect(await modules()).not.toContain("network");
    expect(await readdir(join(dir, "modules/worker"))).not.toContain("stale.tf");
  });

  test("leaves state, lock file, overrides and other people's modules alone", async () => {
    const kept = ["terraform.tfstate", ".terraform.lock.hcl", "override.tf", "modules/mine/main.tf"];
    await mkdir(join(dir, "modules/mine"), { recursive: true });
    for (const file of kept) await writeFile(join(dir, file), file);
    await writeRoot(dir, NEW_VPC);
    await writeRoot(dir, EXISTING_VPC);
    for (const file of kept) expect(await readFile(join(dir, file), "utf8")).toBe(file);
  });

  test("does not replace a main.tf that someone else wrote", async () => {
    await writeFile(join(dir, "main.tf"), "# mine\n");
    await expect(writeRoot(dir, NEW_VPC)).rejects.toMatchObject({ code: "ROOT_NOT_OURS" });
    expect(await readdir(dir)).toEqual(["main.tf"]);
  });
});
