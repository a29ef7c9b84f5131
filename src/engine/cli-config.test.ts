import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../../test/helpers/terraform-fixtures.ts";
import { readCliConfig, writeCliConfig } from "./cli-config.ts";

const MIRROR = 'provider_installation {\n  filesystem_mirror {\n    path = "/mirror"\n  }\n}\n';

describe("readCliConfig", () => {
  it("reads the file that the environment names, and nothing beside it", () => {
    using home = temporaryFolder({ ".terraformrc": MIRROR, "other.tfrc": 'plugin_cache_dir = "/cache"\n' });
    const file = join(home.path, "other.tfrc");
    expect(readCliConfig("terraform", { HOME: home.path, TF_CLI_CONFIG_FILE: file })).toEqual({
      files: [file],
      installsProviders: false,
    });
  });

  it("takes a named file that does not exist for none", () => {
    using home = temporaryFolder({ ".terraformrc": MIRROR });
    const env = { HOME: home.path, TF_CLI_CONFIG_FILE: join(home.path, "missing.tfrc") };
    expect(readCliConfig("terraform", env)).toMatchObject({ installsProviders: true });
    using empty = temporaryFolder();
    expect(readCliConfig("terraform", { ...env, HOME: empty.path })).toEqual({
      files: [],
      installsProviders: false,
    });
  });

  it("lets OpenTofu's own file come before Terraform's", () => {
    using home = temporaryFolder({ ".terraformrc": "", ".tofurc": MIRROR });
    expect(readCliConfig("tofu", { HOME: home.path }).files).toEqual([join(home.path, ".tofurc")]);
    expect(readCliConfig("terraform", { HOME: home.path }).files).toEqual([join(home.path, ".terraformrc")]);
  });

  it("reads the files of the data folder as well", () => {
    using home = temporaryFolder({
      ".terraform.d/mirror.tfrc": MIRROR,
      ".terraform.d/checkpoint_cache": "x",
    });
    expect(readCliConfig("terraform", { HOME: home.path })).toEqual({
      files: [join(home.path, ".terraform.d", "mirror.tfrc")],
      installsProviders: true,
    });
  });

  it.each([
    ["a comment", `# ${MIRROR.replaceAll("\n", " ")}\n`, false],
    ["a block comment", `/* ${MIRROR} */`, false],
    ["a text", 'plugin_cache_dir = "provider_installation {"', false],
    ["JSON", '{"provider_installation": {"direct": {}}}', true],
    ["one line", "disable_checkpoint = true\nprovider_installation { direct {} }", true],
    ["a line after a URL", 'a = "https://example.com"\nprovider_installation {}', true],
  ])("looks for provider_installation properly in %s", (_where, text, expected) => {
    using home = temporaryFolder({ ".terraformrc": text });
    expect(readCliConfig("terraform", { HOME: home.path }).installsProviders).toBe(expected);
  });
});

describe("writeCliConfig", () => {
  it("keeps the user's settings and tokens, in a file for their eyes only", async () => {
    using home = temporaryFolder({
      ".terraformrc": 'plugin_cache_dir = "/cache"\n',
      ".terraform.d/credentials.tfrc.json": '{"credentials": {"app.terraform.io": {"token": "t0k\\"en"}}}',
    });
    const file = join(home.path, "ours.tfrc");
    writeCliConfig(file, readCliConfig("terraform", { HOME: home.path }), MIRROR);
    expect(home.read("ours.tfrc")).toMatchInlineSnapshot(`
      "plugin_cache_dir = "/cache"

      credentials "app.terraform.io" {
        token = "t0k\\"en"
      }
      provider_installation {
        filesystem_mirror {
          path = "/mirror"
        }
      }
      "
    `);
    const { statSync } = await import("node:fs");
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });
});
