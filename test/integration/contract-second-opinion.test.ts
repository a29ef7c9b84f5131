import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, it } from "vitest";
import { resolveConfig } from "#config/resolve-config.ts";
import { ensureTerraform } from "#engine/ensure-terraform.ts";
import { openWorkspace } from "#engine/workspace.ts";
import { silentReporter } from "#reporter";
import { composeRoot } from "#root/compose-root.ts";
import { writeRoot } from "#root/write-root.ts";
import { type ContractFacts, contractRows } from "../helpers/contract-rows.ts";
import { type Moto, openMoto } from "../helpers/moto.ts";

const prefect = {
  accountId: "11111111-1111-4111-8111-111111111111",
  workspaceId: "22222222-2222-4222-8222-222222222222",
};
const facts: ContractFacts = {
  ...prefect,
  version: 2,
  apiUrl: "https://api.prefect.cloud/api",
  apiKey: "pnu_second_opinion",
};

/** Another emulator of AWS, of other authors and stricter with references, is asked the same questions. */
describe("the default system, as moto tells it", () => {
  let moto: Moto;
  let dir: string;

  beforeAll(async () => {
    moto = await openMoto();
    dir = await mkdtemp(join(tmpdir(), "prefect-fargate-contract-"));
    await writeRoot(dir, composeRoot(resolveConfig({ prefect })));
    const workspace = await openWorkspace({
      dir,
      terraform: await ensureTerraform({ reporter: silentReporter }),
      env: moto.env,
      variables: { prefect_api_key: facts.apiKey },
      reporter: silentReporter,
    });
    await workspace.init();
    await workspace.apply(await workspace.plan());
    workspace.close();
  });
  afterAll(async () => {
    await moto?.close();
    if (dir) await rm(dir, { recursive: true, force: true });
  });

  it.each(contractRows.filter(({ unknownToMoto }) => !unknownToMoto))("$row", ({ check }) =>
    check(moto.clients, facts),
  );
});
