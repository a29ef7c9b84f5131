import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../../test/helpers/terraform-fixtures.ts";
import type { TerraformBinary } from "./find-terraform.ts";
import { configureProviderSource } from "./provider-installation.ts";
import { chooseProviderSource, describeProviderSource } from "./provider-source.ts";
import { terraformPlatform } from "./terraform-release.ts";

const TERRAFORM: TerraformBinary = { path: "/bin/terraform", product: "terraform", version: "1.11.4" };
const TOFU: TerraformBinary = { path: "/bin/tofu", product: "tofu", version: "1.12.6" };
const SILENT = async () => ({ reachable: false, reason: "no answer within 2 s" }) as const;
const ANSWERING = async () => ({ reachable: true }) as const;
const NEVER_ASKED = async () => {
  throw new Error("the registry was asked");
};

const unpacked = (
  root: string,
  version: string,
  host = "registry.terraform.io",
  platform = terraformPlatform(),
) => `${root}/${host}/hashicorp/aws/${version}/${platform}/terraform-provider-aws_v${version}`;
const packed = (root: string, version: string, platform = terraformPlatform()) =>
  `${root}/registry.terraform.io/hashicorp/aws/terraform-provider-aws_${version}_${platform}.zip`;

/** A machine with a home, a workspace and an `opt` for add-on software. */
function machine(files: readonly string[], texts: Readonly<Record<string, string>> = {}) {
  const folder = temporaryFolder({ "work/main.tf": "", "opt/keep": "", ...texts });
  for (const file of files) folder.write(file, "");
  const at = (name: string) => join(folder.path, name);
  const env = { HOME: at("home"), XDG_DATA_HOME: at("data"), XDG_DATA_DIRS: at("shared") };
  const options = { dir: at("work"), terraform: TERRAFORM, env, roots: [at("opt"), at("srv")] };
  return { at, options, [Symbol.dispose]: () => folder[Symbol.dispose]() };
}

describe("chooseProviderSource", () => {
  it("respects a provider installation of the user's and asks no one", async () => {
    using here = machine([unpacked("opt/mirror", "5.100.0")], {
      "home/.terraformrc": "provider_installation { direct {} }",
    });
    const source = await chooseProviderSource({ ...here.options, probe: NEVER_ASKED });
    expect(source).toEqual({ kind: "user-configuration", file: here.at("home/.terraformrc") });
    expect(configureProviderSource(source, here.at("cli.tfrc"), here.options)).toBeUndefined();
  });

  it.each([
    "work/terraform.d/plugins",
    "home/.terraform.d/plugins",
    ...(process.platform === "linux" ? ["data/terraform/plugins", "shared/terraform/plugins"] : []),
  ])("leaves Terraform to itself where %s has the provider", async (root) => {
    using here = machine([unpacked(root, "5.100.0")]);
    const source = await chooseProviderSource({ ...here.options, probe: NEVER_ASKED });
    expect(source).toMatchObject({
      kind: "implied-mirror",
      mirror: { path: here.at(root), versions: ["5.100.0"] },
    });
    expect(configureProviderSource(source, here.at("cli.tfrc"), here.options)).toBeUndefined();
  });

  it("asks the registry before it looks among add-on software", async () => {
    using here = machine([unpacked("opt/mirror", "5.100.0")]);
    const source = await chooseProviderSource({ ...here.options, probe: ANSWERING });
    expect(source).toEqual({
      kind: "registry",
      host: "registry.terraform.io",
      overridesImpliedMirror: false,
    });
    expect(configureProviderSource(source, here.at("cli.tfrc"), here.options)).toBeUndefined();
  });

  it("keeps a folder with an old provider from hiding the registry", async () => {
    using here = machine([unpacked("home/.terraform.d/plugins", "4.67.0")]);
    const source = await chooseProviderSource({ ...here.options, probe: ANSWERING });
    expect(configureProviderSource(source, here.at("cli.tfrc"), here.options)).toBe(here.at("cli.tfrc"));
    expect(readFileSync(here.at("cli.tfrc"), "utf8")).toContain("direct {}");
  });

  it.each([
    ["a root itself", "opt", unpacked("opt", "5.100.0")],
    ["a folder in a root", "opt/mirror", unpacked("opt/mirror", "5.100.0")],
    ["the second root", "srv/mirror", unpacked("srv/mirror", "6.2.0")],
    ["a mirror of zips", "opt/mirror", packed("opt/mirror", "5.100.0")],
  ])("finds %s where the registry is silent", async (_where, path, file) => {
    using here = machine([file]);
    const source = await chooseProviderSource({ ...here.options, probe: SILENT });
    expect(source).toMatchObject({ kind: "mirror", mirror: { path: here.at(path) } });
    expect(describeProviderSource(source)).toBe(
      `The provider hashicorp/aws comes from the mirror ${here.at(path)}, as the registry cannot be reached (no answer within 2 s).`,
    );
  });

  it("passes over folders with other versions or platforms", async () => {
    using here = machine([
      unpacked("opt/a-old", "4.67.0"),
      unpacked("opt/b-new", "7.0.0"),
      unpacked("opt/c-beta", "6.0.0-beta1"),
      unpacked("opt/d-foreign", "5.100.0", "registry.terraform.io", "plan9_amd64"),
      packed("opt/e-foreign", "5.100.0", "plan9_amd64"),
      unpacked("opt/f-good", "5.100.0"),
      unpacked("opt/f-good", "6.9.0"),
    ]);
    expect(await chooseProviderSource({ ...here.options, probe: SILENT })).toMatchObject({
      mirror: { path: here.at("opt/f-good"), versions: ["6.9.0", "5.100.0"] },
    });
  });

  it("prefers the folder that has the locked version", async () => {
    const lock = 'provider "registry.terraform.io/hashicorp/aws" {\n  version = "6.9.0"\n}\n';
    using here = machine([unpacked("opt/a", "5.100.0"), unpacked("opt/b", "6.9.0")], {
      "work/.terraform.lock.hcl": lock,
    });
    expect(await chooseProviderSource({ ...here.options, probe: SILENT })).toMatchObject({
      mirror: { path: here.at("opt/b") },
    });
  });

  it("says everything it looked at where there is none", async () => {
    using here = machine([], { "home/.terraformrc": 'plugin_cache_dir = "/cache"\n' });
    const failed = chooseProviderSource({ ...here.options, probe: SILENT });
    await expect(failed).rejects.toMatchObject({
      code: "PROVIDER_UNAVAILABLE",
      message: `The provider hashicorp/aws (>=5.100.0 <7.0.0) cannot be had: registry.terraform.io cannot be reached (no answer within 2 s), and no folder of this machine has it for ${terraformPlatform()}.`,
      hint: expect.stringContaining("`terraform providers mirror DIR`"),
      details: expect.arrayContaining([
        `CLI configuration: ${here.at("home/.terraformrc")} (without provider_installation)`,
        `looked in ${here.at("work/terraform.d/plugins")}`,
        `looked in ${here.at("srv")} and the folders directly in it`,
      ]),
    });
  });
});

describe("configureProviderSource", () => {
  it("writes a configuration that takes only this provider from the mirror, and keeps the user's settings", async () => {
    using here = machine([unpacked("opt/mirror", "5.100.0")], {
      "home/.terraformrc": 'plugin_cache_dir = "/cache"\n',
    });
    const source = await chooseProviderSource({ ...here.options, probe: SILENT });
    configureProviderSource(source, here.at("cli.tfrc"), here.options);
    expect(readFileSync(here.at("cli.tfrc"), "utf8").replace(here.at(""), "/")).toMatchInlineSnapshot(`
      "plugin_cache_dir = "/cache"

      provider_installation {
        filesystem_mirror {
          path    = "//opt/mirror"
          include = ["registry.terraform.io/hashicorp/aws"]
        }
        direct {
          exclude = ["registry.terraform.io/hashicorp/aws"]
        }
      }
      "
    `);
  });

  it("shows OpenTofu a mirror of Terraform's under its own registry's name", async () => {
    using here = machine([unpacked("opt/mirror", "5.100.0"), packed("opt/mirror", "5.101.0")]);
    const options = { ...here.options, terraform: TOFU };
    const source = await chooseProviderSource({ ...options, probe: SILENT });
    configureProviderSource(source, here.at("cli.tfrc"), options);
    const [, path] = /path\s+= "([^"]+)"/.exec(readFileSync(here.at("cli.tfrc"), "utf8"))!;
    const platform = terraformPlatform();
    for (const name of [
      `5.100.0/${platform}/terraform-provider-aws_v5.100.0`,
      `terraform-provider-aws_5.101.0_${platform}.zip`,
    ]) {
      expect(readFileSync(join(path!, "registry.opentofu.org/hashicorp/aws", name), "utf8")).toBe("");
    }
  });
});
