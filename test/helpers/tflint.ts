import { existsSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { cacheDirectory } from "#engine/cache-dir.ts";

/** https://github.com/terraform-linters/tflint and its rules for AWS: Go modules, built once by the machine's Go and kept. */
const TFLINT = "github.com/terraform-linters/tflint@v0.64.0";
const AWS_RULES = "github.com/terraform-linters/tflint-ruleset-aws@v0.48.0";

/** What a Go module builds, or why there is none. */
export type Built = { readonly path: string } | { readonly missing: string };

export interface Tflint {
  readonly program: Built;
  /** The plugin with the rules for AWS. */
  readonly awsRules: Built;
}

/** tflint and its rules for AWS. The first time Go compiles for minutes: several hundred packages. */
export async function findTflint(): Promise<Tflint> {
  const folder = join(cacheDirectory(), TFLINT.replace(/[^\w.]+/g, "-"));
  return {
    program: await goProgram(TFLINT, folder),
    awsRules: await goProgram(AWS_RULES, join(folder, "plugins")),
  };
}

async function goProgram(module: string, bin: string): Promise<Built> {
  const path = join(bin, /([^/]+)@/.exec(module)![1]!);
  if (existsSync(path)) return { path };
  const built = await execa("go", ["install", module], {
    env: { GOBIN: bin, GOFLAGS: "-mod=mod" },
    reject: false,
    all: true,
  });
  return built.failed
    ? { missing: `${module} could not be built with Go: ${built.all ?? built.message}` }
    : { path };
}
