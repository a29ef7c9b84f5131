import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { packagePath } from "#package";
import { projectWorkflows } from "./render-workflows.ts";

test("the repository's own workflows are renderings, with the actions that pipelines use", async () => {
  for (const [path, text] of Object.entries(await projectWorkflows())) {
    expect(text).not.toContain("__");
    expect(
      await readFile(packagePath(path), "utf8"),
      `${path} is behind: node tools/render-workflows.ts`,
    ).toBe(text);
  }
});
