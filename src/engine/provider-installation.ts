import { existsSync, mkdirSync, rmSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { readCliConfig, writeCliConfig } from "./cli-config.ts";
import type { TerraformBinary } from "./find-terraform.ts";
import { AWS_PROVIDER, type ProviderMirror, REGISTRY_HOSTS } from "./provider-mirrors.ts";
import type { ProviderSource, ProviderSourceOptions } from "./provider-source.ts";
import { engineFolder } from "./run-folder.ts";
import { terraformPlatform } from "./terraform-release.ts";

/**
 * Writes the CLI configuration that makes `init` follow the decision.
 *
 * @returns the file to name in TF_CLI_CONFIG_FILE, or undefined where Terraform does the right thing by itself
 */
export function configureProviderSource(
  source: ProviderSource,
  file: string,
  { dir, terraform, env = process.env }: ProviderSourceOptions,
): string | undefined {
  const installation = providerInstallation(source, terraform, dir);
  if (installation === undefined) return undefined;
  writeCliConfig(file, readCliConfig(terraform.product, env), installation);
  return file;
}

function providerInstallation(
  source: ProviderSource,
  terraform: TerraformBinary,
  dir: string,
): string | undefined {
  if (source.kind === "registry") {
    return source.overridesImpliedMirror ? "provider_installation {\n  direct {}\n}\n" : undefined;
  }
  if (source.kind !== "mirror") return undefined;
  const host = REGISTRY_HOSTS[terraform.product];
  const path = source.mirror.host === host ? source.mirror.path : linkMirror(source.mirror, host, dir);
  const provider = `${host}/${AWS_PROVIDER}`;
  return [
    "provider_installation {",
    "  filesystem_mirror {",
    `    path    = ${JSON.stringify(path)}`,
    `    include = ["${provider}"]`,
    "  }",
    "  direct {",
    `    exclude = ["${provider}"]`,
    "  }",
    "}",
    "",
  ].join("\n");
}

/** OpenTofu reads a mirror of Terraform's once it bears its registry's name: the packages are the same. */
function linkMirror(mirror: ProviderMirror, host: string, dir: string): string {
  // It stays: what `init` installs from an unpacked mirror is a link to it.
  const path = join(engineFolder(dir), "mirror");
  const folder = join(path, host, ...AWS_PROVIDER.split("/"));
  const original = join(mirror.path, mirror.host, ...AWS_PROVIDER.split("/"));
  rmSync(folder, { force: true, recursive: true });
  for (const version of mirror.versions) {
    const platform = terraformPlatform();
    const packed = `terraform-provider-aws_${version}_${platform}.zip`;
    const place = existsSync(join(original, packed)) ? packed : join(version, platform);
    mkdirSync(dirname(join(folder, place)), { recursive: true });
    symlinkSync(join(original, place), join(folder, place), place === packed ? "file" : "junction");
  }
  return path;
}
