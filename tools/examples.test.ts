import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { resolveConfig } from "#config/resolve-config.ts";
import { packagePath } from "#package";
import { composeRoot } from "#root/compose-root.ts";
import { exampleConfig } from "../test/helpers/example.ts";

const EXAMPLES = readdirSync(packagePath("examples"), { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && entry.name !== "cdktn-app")
  .map(({ name }) => name);

test.each(EXAMPLES)(
  "the example %s is a config without problems, and says what it makes and costs",
  async (name) => {
    const config = resolveConfig(await exampleConfig(name), name, {});
    expect(Object.keys(composeRoot(config))).toContain("main.tf");
    const page = readFileSync(join(packagePath("examples", name), "README.md"), "utf8");
    expect(page).toContain("$");
    expect(page).toContain("prefect-fargate deploy");
  },
);
