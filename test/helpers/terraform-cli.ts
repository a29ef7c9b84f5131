import { cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { findTerraform } from "#engine/find-terraform.ts";
import { configureProviderSource } from "#engine/provider-installation.ts";
import { chooseProviderSource } from "#engine/provider-source.ts";
import { packagePath } from "#package";

export interface TerraformFolder extends AsyncDisposable {
  readonly dir: string;
  /** Runs Terraform there; fails with what it printed. */
  run(...args: string[]): Promise<string>;
  /** The outputs of the last apply, as plain values. */
  outputs(): Promise<Record<string, unknown>>;
}

/** A folder of its own with these files, and an environment of its own beside this process's, in which the real Terraform finds the provider as the engine does. */
export async function terraformFolder(
  files: Readonly<Record<string, string>> = {},
  surroundings: Readonly<Record<string, string>> = {},
): Promise<TerraformFolder> {
  const dir = await mkdtemp(join(tmpdir(), "prefect-fargate-terraform-"));
  for (const [file, text] of Object.entries(files)) await writeFile(join(dir, file), text);
  const terraform = await findTerraform();
  const config = join(dir, ".terraform-cli");
  const source = { dir, terraform };
  const file = configureProviderSource(await chooseProviderSource(source), config, source);
  const env = {
    ...surroundings,
    ...(file ? { TF_CLI_CONFIG_FILE: file } : {}),
    TF_IN_AUTOMATION: "1",
    CHECKPOINT_DISABLE: "1",
  };
  const run = async (...args: string[]): Promise<string> => {
    const { all, exitCode } = await execa(terraform.path, args, { cwd: dir, env, all: true, reject: false });
    if (exitCode !== 0) throw new Error(`terraform ${args.join(" ")} exited with ${exitCode}:\n${all}`);
    return all ?? "";
  };
  return {
    dir,
    run,
    async outputs() {
      const outputs: Record<string, { value: unknown }> = JSON.parse(await run("output", "-json"));
      return Object.fromEntries(Object.entries(outputs).map(([name, { value }]) => [name, value]));
    },
    [Symbol.asyncDispose]: () => rm(dir, { recursive: true, force: true }),
  };
}

/** Copies a published module into a folder. */
export const copyModule = (name: string, to: string): Promise<void> =>
  cp(packagePath("modules", name), to, { recursive: true });
