import { readFile } from "node:fs/promises";
import { expect, it } from "vitest";
import { packagePath } from "#package";
import { failuresPage } from "./document-failures.ts";

it("docs/failures.md lists what was printed; node tools/document-failures.ts writes it", async () => {
  for (const [path, text] of Object.entries(await failuresPage()))
    expect(await readFile(packagePath(path), "utf8"), path).toBe(text);
});
