import { expect, it } from "vitest";
import { resolveConfig } from "#config/resolve-config.ts";
import { temporaryFolder } from "../../test/helpers/terraform-fixtures.ts";
import { composeExport } from "./compose-export.ts";
import { composeRoot } from "./compose-root.ts";
import { overrideFiles } from "./override-files.ts";
import { writeRoot } from "./write-root.ts";

const CONFIG = resolveConfig({}, "test", {});
const ROOT = composeRoot(CONFIG);

it("puts an override beside the files of its module, and takes it away again", async () => {
  using folder = temporaryFolder({ "mine/size_override.tf": "# mine\n" });
  const overrides = { worker: [`${folder.path}/mine/size_override.tf`] };
  await writeRoot(`${folder.path}/out`, ROOT, await overrideFiles({ overrides }, ROOT));
  expect(folder.read("out/modules/worker/size_override.tf")).toBe("# mine\n");
  await writeRoot(`${folder.path}/out`, ROOT);
  expect(folder.has("out/modules/worker/size_override.tf")).toBe(false);
});

it("refuses a module that the system does not have, and names those that it has", async () => {
  await expect(
    overrideFiles({ overrides: { "load-balancer": ["a_override.tf"] } }, ROOT),
  ).rejects.toMatchObject({
    code: "OVERRIDE_UNUSED",
    hint: expect.stringContaining("worker"),
  });
});

it("refuses a file that is not there", async () => {
  await expect(
    overrideFiles({ overrides: { worker: ["/nowhere/a_override.tf"] } }, ROOT),
  ).rejects.toMatchObject({ code: "OVERRIDE_MISSING" });
});

it("an export is the same root in the files where people look", () => {
  const files = composeExport(CONFIG);
  expect(Object.keys(files).sort()).toEqual([
    "main.tf",
    "moved.tf",
    "outputs.tf",
    "variables.tf",
    "versions.tf",
  ]);
  const blocks = (text: string) =>
    text.match(/^(module|variable|output|provider|terraform|locals) .*\{$/gm)!.sort();
  expect(blocks(Object.values(files).join("\n"))).toEqual(blocks(ROOT["main.tf"]!));
  expect(files["main.tf"]).not.toContain("written anew");
});
