import { cp, mkdir, readdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { execa } from "execa";
import { beforeAll, describe, expect, test } from "vitest";
import { resolveConfig } from "#config/resolve-config.ts";
import { packagePath } from "#package";
import { composeExport } from "#root/compose-export.ts";
import { writeRoot } from "#root/write-root.ts";
import { exampleConfig } from "../helpers/example.ts";
import { terraformFolder } from "../helpers/terraform-cli.ts";
import { findTflint, type Tflint } from "../helpers/tflint.ts";

/** Go compiles several hundred packages. */
const BUILD_TIMEOUT_MS = 3_600_000;

let tflint: Tflint;
beforeAll(async () => {
  tflint = await findTflint();
  if ("missing" in tflint.awsRules)
    console.warn(`Without the rules for AWS, as they cannot be had here: ${tflint.awsRules.missing}`);
}, BUILD_TIMEOUT_MS);

/** tflint's own rules, and those for AWS where they are there. */
async function lint(dir: string): Promise<string> {
  const { program, awsRules } = tflint;
  if ("missing" in program) throw new Error(program.missing);
  const config = join(dir, ".tflint.hcl");
  const plugin = (name: string) => `plugin "${name}" {\n  enabled = true\n}\n`;
  const hasAws = "path" in awsRules;
  await writeFile(config, `${plugin("terraform")}${hasAws ? plugin("aws") : ""}`);
  const { all, exitCode } = await execa(
    program.path,
    ["--recursive", "--format=compact", `--config=${config}`],
    {
      cwd: dir,
      env: hasAws ? { TFLINT_PLUGIN_DIR: dirname(awsRules.path) } : {},
      all: true,
      reject: false,
    },
  );
  return exitCode === 0 ? "" : all;
}

describe("tflint", () => {
  test("finds nothing in the modules", async () => {
    await using folder = await terraformFolder();
    await cp(packagePath("modules"), join(folder.dir, "modules"), { recursive: true });
    expect(await lint(folder.dir)).toBe("");
  });

  test("finds nothing in the examples as they are exported", async () => {
    await using folder = await terraformFolder();
    const names = (await readdir(packagePath("examples"), { withFileTypes: true }))
      .filter((entry) => entry.isDirectory() && entry.name !== "cdktn-app")
      .map(({ name }) => name);
    for (const name of names)
      await writeRoot(
        join(folder.dir, name),
        composeExport(resolveConfig(await exampleConfig(name), name, {})),
      );
    expect(await lint(folder.dir)).toBe("");
  });

  test("would find what Terraform itself lets pass", async () => {
    await using folder = await terraformFolder();
    await mkdir(join(folder.dir, "broken"));
    await writeFile(
      join(folder.dir, "broken", "main.tf"),
      'variable "unused" {}\n\nresource "aws_ecs_service" "this" {\n  name        = "a"\n  launch_type = "FARGATES"\n}\n',
    );
    const said = await lint(folder.dir);
    expect(said).toContain("terraform_unused_declarations");
    if ("path" in tflint.awsRules) expect(said).toContain("aws_ecs_service_invalid_launch_type");
  });
});
