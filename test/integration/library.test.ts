import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { packagePath } from "#package";
import { terraformFolder } from "../helpers/terraform-cli.ts";

const run = promisify(execFile);

/** The package as npm would publish it, in a project that has only what it says it needs. */
describe("the packed package", () => {
  let dir: string;
  const inConsumer = (command: string, ...args: string[]) =>
    run(command, args, { cwd: dir }).catch((error: { stdout?: string; stderr?: string; message: string }) => {
      throw new Error([error.message, error.stdout, error.stderr].join("\n"));
    });
  const evaluate = async (script: string): Promise<unknown> => {
    await writeFile(join(dir, "script.ts"), script);
    return JSON.parse((await inConsumer(process.execPath, "script.ts")).stdout);
  };
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), "prefect-fargate-consumer-"));
    const copy = join(dir, "copy");
    await copySources(copy);
    await run(process.execPath, ["tools/build.ts"], { cwd: copy });
    const { stdout } = await run("npm", ["pack", "--ignore-scripts", "--json", "--pack-destination", dir], {
      cwd: copy,
    });
    const [{ filename }] = JSON.parse(stdout);
    await rm(copy, { recursive: true });
    const installed = join(dir, "node_modules");
    await mkdir(join(installed, "prefect-fargate"), { recursive: true });
    await run("tar", [
      "-xzf",
      join(dir, filename),
      "--strip-components=1",
      "-C",
      join(installed, "prefect-fargate"),
    ]);
    const dependencies = await readdir(packagePath("node_modules"));
    for (const name of dependencies.filter((entry) => !entry.startsWith(".")))
      await symlink(packagePath("node_modules", name), join(installed, name));
    await cp(packagePath("examples", "cdktn-app"), dir, { recursive: true });
    await writeFile(join(dir, "package.json"), JSON.stringify({ name: "consumer", type: "module" }));
  });
  afterAll(() => rm(dir, { recursive: true, force: true }));

  test("has an example app that compiles with every declaration checked, and synthesizes what Terraform validates", async () => {
    await inConsumer(packagePath("node_modules", ".bin", "tsc"), "--project", "tsconfig.json");
    await inConsumer(process.execPath, "main.ts");
    const file = join(dir, "cdktf.out", "stacks", "data-platform", "cdk.tf.json");
    const json = await readFile(file, "utf8");
    const { resource } = JSON.parse(json);
    expect(Object.keys(resource.aws_ecs_service)).toEqual(["prefect_worker"]);
    expect(Object.keys(resource.aws_vpc)).toEqual(["network"]);
    expect(json).not.toContain('secret_string"');
    await using terraform = await terraformFolder({ "main.tf.json": json });
    await terraform.run("init", "-backend=false", "-input=false");
    expect(await terraform.run("validate", "-no-color")).toContain("The configuration is valid");
  });

  test("gives the decision of how many workers to whoever wants to try it", async () => {
    const found = await evaluate(
      'import { decide, scalingSettings } from "prefect-fargate/scaling"; console.log(JSON.stringify([typeof decide, typeof scalingSettings]));',
    );
    expect(found).toEqual(["function", "function"]);
  });

  test("gives configs, actions, module calls and the rehearsal each by its own path", async () => {
    const found = await evaluate(`
      import { defineConfig, PrefectFargateError } from "prefect-fargate";
      import { deploy, destroy, loadConfig, openWorkplace, proposeDeploy, readStatus, resolveConfig, rotateKey, runFlow, wire } from "prefect-fargate/actions";
      import { callModule, composeRoot, workerInterface } from "prefect-fargate/modules";
      import { rehearse } from "prefect-fargate/rehearsal";
      const config = resolveConfig(defineConfig({ region: "eu-west-1" }), "mine", {});
      let refused: unknown;
      try { resolveConfig({ regoin: "x" }, "mine", {}); } catch (error) { refused = error instanceof PrefectFargateError && error.code; }
      console.log(JSON.stringify({
        verbs: [deploy, destroy, loadConfig, openWorkplace, proposeDeploy, readStatus, rotateKey, runFlow, wire, rehearse, callModule].map((verb) => typeof verb),
        refused,
        region: config.region,
        module: workerInterface.name,
        root: Object.keys(composeRoot(config)),
      }));
    `);
    expect(found).toEqual({
      verbs: Array.from({ length: 11 }, () => "function"),
      refused: "CONFIG_INVALID",
      region: "eu-west-1",
      module: "worker",
      root: ["main.tf", "moved.tf"],
    });
  });
});

/** Built apart from the checkout, where others may be using what is built. */
async function copySources(to: string): Promise<void> {
  await mkdir(to);
  const entries = await readdir(packagePath());
  const left = new Set(["node_modules", "dist", ".git", "test", "examples", ".prefect-fargate"]);
  for (const entry of entries.filter((name) => !left.has(name)))
    await cp(packagePath(entry), join(to, entry), { recursive: true });
  await symlink(packagePath("node_modules"), join(to, "node_modules"));
}
