import { rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../../test/helpers/terraform-fixtures.ts";
import type { TerraformBinary } from "./find-terraform.ts";
import { adoptInitialized, isInitialized, markInitialized } from "./init-stamp.ts";
import { terraformPlatform } from "./terraform-release.ts";

const TERRAFORM: TerraformBinary = { path: "/bin/terraform", product: "terraform", version: "1.11.4" };
const PROVIDER = `.terraform/providers/registry.terraform.io/hashicorp/aws/5.100.0/${terraformPlatform()}`;

const initialized = () => {
  const folder = temporaryFolder({
    "main.tf": "a",
    "modules/network/main.tf": "b",
    "notes.md": "c",
    ".terraform.lock.hcl": 'provider "registry.terraform.io/hashicorp/aws" {\n  version = "5.100.0"\n}\n',
    [`${PROVIDER}/provider`]: "",
  });
  markInitialized(folder.path, TERRAFORM);
  return folder;
};

describe("the note that init was run", () => {
  it("holds as long as nothing changes that init reads", () => {
    using folder = initialized();
    expect(isInitialized(folder.path, TERRAFORM)).toBe(true);
    folder.write("notes.md", "other");
    expect(isInitialized(folder.path, TERRAFORM)).toBe(true);
  });

  it.each([
    ["a file of the root", "main.tf"],
    ["a file of a module", "modules/network/main.tf"],
    ["a new file", "extra.tf.json"],
    ["the lock file", ".terraform.lock.hcl"],
  ])("ends with a change of %s", (_what, name) => {
    using folder = initialized();
    folder.write(name, "changed");
    expect(isInitialized(folder.path, TERRAFORM)).toBe(false);
  });

  it("ends with another Terraform, and with the loss of what was installed", () => {
    using folder = initialized();
    expect(isInitialized(folder.path, { ...TERRAFORM, version: "1.12.0" })).toBe(false);
    expect(isInitialized(folder.path, { ...TERRAFORM, product: "tofu" })).toBe(false);
    rmSync(join(folder.path, PROVIDER), { recursive: true });
    expect(isInitialized(folder.path, TERRAFORM)).toBe(false);
  });

  it("is missing at first", () => {
    using folder = temporaryFolder({ "main.tf": "a" });
    expect(isInitialized(folder.path, TERRAFORM)).toBe(false);
  });

  it("is taken over by another folder with the same files, with the providers linked", () => {
    using first = initialized();
    using second = temporaryFolder({ "main.tf": "a", "modules/network/main.tf": "b" });
    adoptInitialized(first.path, second.path);
    expect(isInitialized(second.path, TERRAFORM)).toBe(true);
    expect(second.has(`${PROVIDER}/provider`)).toBe(true);
    using other = temporaryFolder({ "main.tf": "different" });
    adoptInitialized(first.path, other.path);
    expect(isInitialized(other.path, TERRAFORM)).toBe(false);
  });

  it("cannot be taken over from a folder without it", () => {
    using first = temporaryFolder();
    using second = temporaryFolder({ "main.tf": "a" });
    adoptInitialized(first.path, second.path);
    expect(second.has(".terraform")).toBe(false);
  });
});
