import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { expect, it } from "vitest";
import { COMMANDS_PAGE, commandsPage } from "./document-commands.ts";

it("the page about the commands is in step with them; node tools/document-commands.ts writes it", async () => {
  expect(await readFile(join(dirname(import.meta.dirname), COMMANDS_PAGE), "utf8")).toBe(commandsPage());
});
