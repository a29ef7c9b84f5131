import { writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { commands } from "../src/cli/commands/index.ts";
import { createProgram, PROGRAM } from "../src/cli/program.ts";

const root = dirname(import.meta.dirname);
export const COMMANDS_PAGE = "docs/commands.md";

/** Wide enough for a page, narrow enough for a column of it. */
const COLUMNS = 100;

/** The help of every command, as it is printed. */
export function commandsPage(): string {
  const program = createProgram({
    stdout: { write: () => true, columns: COLUMNS },
    typed: undefined,
    perform: async () => {},
  });
  const sections = commands.map(({ name }) => {
    const command = program.commands.find((candidate) => candidate.name() === name)!;
    const help: string[] = [];
    command.configureOutput({ writeOut: (text) => help.push(text) }).outputHelp();
    return `## \`${PROGRAM} ${name}\`\n\n\`\`\`\n${help.join("").trim()}\n\`\`\``;
  });
  return `<!-- Written by tools/document-commands.ts from the commands themselves. -->

# Commands

Results go to stdout, progress and errors to stderr. With \`--json\` the result is one JSON document, and an error is one
too: \`{ "error": { "code", "message", "details", "hint", … } }\`.

| exit status | meaning |
| --- | --- |
| 0 | done |
| 1 | something failed; the code in front of the message can be searched for |
| 2 | the command line is wrong |
| 130 | ended by Ctrl-C (143 by SIGTERM, 129 by SIGHUP) |

At a terminal progress is drawn in place; in a pipe, in CI and with \`TERM=dumb\` it is plain lines. \`NO_COLOR\` takes the
colour out. \`--debug\`, or \`DEBUG=1\`, adds the stack trace to an error.

${sections.join("\n\n")}
`;
}

if (import.meta.main) await writeFile(join(root, COMMANDS_PAGE), commandsPage());
