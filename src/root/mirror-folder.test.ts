import { readdir, symlink } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../test/helpers/terraform-fixtures.ts";
import { mirrorFolder } from "./mirror-folder.ts";

const SOURCE = { "main.tf": "new", "templates/a.json": "{}", "tests/a.tftest.hcl": "" };

test("writes what is missing or differs, and takes away what is extra; tests stay behind", async () => {
  using from = temporaryFolder(SOURCE);
  using to = temporaryFolder({ "main.tf": "old", "stale.tf": "", "templates/stale.json": "", "tests/x": "" });
  mirrorFolder(from.path, to.path);
  expect((await readdir(to.path, { recursive: true })).sort()).toEqual([
    "main.tf",
    "templates",
    "templates/a.json",
  ]);
  expect(to.read("main.tf")).toBe("new");
});

test("a folder where a file belongs, or a file where a folder does, gives way", async () => {
  using from = temporaryFolder(SOURCE);
  using to = temporaryFolder({ "main.tf/inner": "", templates: "" });
  mirrorFolder(from.path, to.path);
  expect(to.read("main.tf")).toBe("new");
  expect(to.read("templates/a.json")).toBe("{}");
});

test("a link is replaced, and what it led to stays as it was", async () => {
  using from = temporaryFolder(SOURCE);
  using to = temporaryFolder();
  using elsewhere = temporaryFolder({ "main.tf": "theirs" });
  await symlink(join(elsewhere.path, "main.tf"), join(to.path, "main.tf"));
  mirrorFolder(from.path, to.path);
  expect(elsewhere.read("main.tf")).toBe("theirs");
  expect(to.read("main.tf")).toBe("new");
});
