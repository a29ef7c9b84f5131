import { mkdtemp, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, test } from "vitest";
import { resolveConfig } from "#config/resolve-config.ts";
import { silentReporter } from "#reporter";
import { systemFolder, userSurroundings } from "./user-surroundings.ts";

const ACCOUNT = "6f0a2c11-7d3e-4a1c-9c55-0b1f2e3d4c5b";
const WORKSPACE = "0d9c8b7a-1e2f-4c3d-8a4b-5c6d7e8f9a0b";

const cloud = resolveConfig({ prefect: { accountId: ACCOUNT, workspaceId: WORKSPACE } }, "config", {});
const nowhere = resolveConfig({}, "config", {});
const selfHosted = resolveConfig({ prefect: { apiUrl: "http://127.0.0.1:4200/api" } }, "config", {});

async function surroundingsOf(config: typeof cloud, env: Record<string, string>) {
  const cwd = await mkdtemp(join(tmpdir(), "project-"));
  const shell = { PATH: process.env.PATH, HOME: cwd, ...env };
  return { cwd, found: userSurroundings({ cwd, config, env: shell, reporter: silentReporter }) };
}

describe("userSurroundings", () => {
  it("takes AWS settings and proxies from the shell, and the key from PREFECT_API_KEY", async () => {
    const env = {
      PREFECT_API_KEY: "pnu_1",
      AWS_PROFILE: "data",
      HTTPS_PROXY: "http://proxy:1",
      EDITOR: "vi",
    };
    const { cwd, found } = await surroundingsOf(cloud, env);
    expect(await found).toMatchObject({
      dir: join(cwd, ".prefect-fargate"),
      projectDir: cwd,
      apiKey: "pnu_1",
      env: { AWS_PROFILE: "data", HTTPS_PROXY: "http://proxy:1" },
    });
    expect((await found).env).not.toHaveProperty("EDITOR");
    expect((await found).env).not.toHaveProperty("PREFECT_API_KEY");
  });

  it("keeps the system's folder out of version control", async () => {
    const { cwd, found } = await surroundingsOf(selfHosted, {});
    await found;
    expect(await readFile(join(cwd, ".prefect-fargate", ".gitignore"), "utf8")).toBe("*\n");
  });

  it("refuses Prefect Cloud without a workspace, naming the one the shell is logged in to", async () => {
    const PREFECT_API_URL = `https://api.prefect.cloud/api/accounts/${ACCOUNT}/workspaces/${WORKSPACE}`;
    const { found } = await surroundingsOf(nowhere, { PREFECT_API_KEY: "pnu_1", PREFECT_API_URL });
    await expect(found).rejects.toMatchObject({
      code: "WORKSPACE_MISSING",
      hint: expect.stringContaining(`accountId: "${ACCOUNT}", workspaceId: "${WORKSPACE}"`),
    });
  });

  it("asks for a key where Prefect Cloud needs one, and not on a server of one's own", async () => {
    const { found: onCloud } = await surroundingsOf(cloud, {});
    await expect(onCloud).rejects.toMatchObject({
      code: "API_KEY_MISSING",
      hint: expect.stringContaining("prefect cloud login"),
    });
    const { found: atHome } = await surroundingsOf(selfHosted, {});
    expect((await atHome).apiKey).toBeUndefined();
  });
});

describe("systemFolder", () => {
  it("lies beside the config, one for each", () => {
    expect(systemFolder({ cwd: "/p" })).toBe("/p/.prefect-fargate");
    expect(systemFolder({ cwd: "/p", configFile: "/p/prefect-fargate.config.ts" })).toBe(
      "/p/.prefect-fargate",
    );
    expect(systemFolder({ cwd: "/p", configFile: "/p/env/staging.config.ts" })).toBe(
      "/p/env/.prefect-fargate.staging",
    );
    expect(systemFolder({ cwd: "/p", configFile: "/p/prod.json" })).toBe("/p/.prefect-fargate.prod");
  });
});

test("each environment has a folder of its own", () => {
  const config = resolveConfig({ environment: "prod" }, "config", {});
  expect(systemFolder({ cwd: "/p", configFile: "/p/prefect-fargate.config.ts", config })).toBe(
    "/p/.prefect-fargate.prod",
  );
});
