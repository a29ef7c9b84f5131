import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../../test/helpers/terraform-fixtures.ts";
import {
  keepLockFile,
  LOCK_FILE,
  readLockFile,
  restoreLockFile,
  singlePlatformProviders,
} from "./lock-file.ts";

const LOCK = `# This file is maintained automatically by "terraform init".
# Manual edits may be lost in future updates.

provider "registry.terraform.io/hashicorp/aws" {
  version     = "5.100.0"
  constraints = ">= 5.100.0, < 7.0.0"
  hashes = [
    "h1:edXOJWE4ORX8Fm+dpVpICzMZJat4AX0VRCAy/xkcOc0=",
  ]
}

provider "registry.terraform.io/hashicorp/random" {
  version = "3.7.2"
  hashes = [
    "h1:KG4NuIBl1mRWU0KD/BGfCi1YN/j3F7H4YgeeM7iSdNs=",
    "zh:14829603a32e4bc4d05062f059e545a91e27ff033756b48afbae6b3c835f508f",
  ]
}
`;

describe("readLockFile", () => {
  it("reads what each provider is pinned to", () => {
    using folder = temporaryFolder({ [LOCK_FILE]: LOCK });
    expect(readLockFile(folder.path)).toMatchObject([
      {
        source: "registry.terraform.io/hashicorp/aws",
        version: "5.100.0",
        hashes: [expect.stringMatching(/^h1:/)],
      },
      {
        source: "registry.terraform.io/hashicorp/random",
        version: "3.7.2",
        hashes: [/^h1:/, /^zh:/].map((form) => expect.stringMatching(form)),
      },
    ]);
  });

  it("finds nothing where there is none", () => {
    using folder = temporaryFolder();
    expect(readLockFile(folder.path)).toEqual([]);
  });

  it("tells which providers are pinned for one platform only", () => {
    using folder = temporaryFolder({ [LOCK_FILE]: LOCK });
    expect(singlePlatformProviders(folder.path).map(({ source }) => source)).toEqual([
      "registry.terraform.io/hashicorp/aws",
    ]);
  });
});

describe("a project's lock file", () => {
  it("goes into the working folder and comes back when it changed", async () => {
    using project = temporaryFolder({ [LOCK_FILE]: LOCK });
    using working = temporaryFolder();
    await restoreLockFile(project.path, working.path);
    expect(working.read(LOCK_FILE)).toBe(LOCK);
    expect(await keepLockFile(working.path, project.path)).toBe(false);
    working.write(LOCK_FILE, LOCK.replace("5.100.0", "6.0.0"));
    expect(await keepLockFile(working.path, project.path)).toBe(true);
    expect(project.read(LOCK_FILE)).toContain("6.0.0");
  });

  it("is not needed", async () => {
    using project = temporaryFolder();
    using working = temporaryFolder();
    await restoreLockFile(project.path, working.path);
    expect(await keepLockFile(working.path, project.path)).toBe(false);
    expect(working.has(LOCK_FILE)).toBe(false);
  });
});
