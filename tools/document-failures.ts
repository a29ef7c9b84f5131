import { readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

const root = dirname(import.meta.dirname);
/** Each failure that a test brings about, with what was printed as its inline snapshot. */
const REAL = ["test/integration/troubled-deploy.test.ts", "test/integration/diagnosis.test.ts"];
const DOCUMENTED = "test/fixtures/stop-reasons/printed.txt";
const PAGE = "docs/failures.md";

const HEAD = `<!-- Written by tools/document-failures.ts from what tests saw. -->

# What deploy prints when it fails

A deploy that does not come to its end says the cause in one sentence, then what was seen of it, where it is documented, and what to
type. Nothing is guessed: where nothing is recognized, everything that was seen is shown instead.`;

const ABOUT_REAL = `## Failures that were made to happen

Each was brought about in a test, with real Terraform, Prefect and workers, and permissions enforced. This is what was printed; where
it begins without a code, \`WORKER_NOT_ONLINE: Worker dev-worker did not come ONLINE:\` stood in front, and where it is
documented below. Ids, addresses and times are
replaced by words in capitals.`;

const ABOUT_DOCUMENTED = `## Failures after AWS's documentation

These cannot be brought about without AWS. What a task or a service says is taken from the page that is named, as a fixture; the rest is
what \`deploy\` makes of it. \`near-miss-…\` resemble another cause, and must not be taken for it.`;

/** The page that lists every failure with what `deploy` printed. */
export async function failuresPage(): Promise<Record<string, string>> {
  const tests = await Promise.all(REAL.map(read));
  const real = tests.flatMap(printedIn).map(({ title, printed }) => row(title, printed));
  const documented = (await read(DOCUMENTED))
    .split(/^# /m)
    .slice(1)
    .map((text) => {
      const [title = "", ...printed] = text.split("\n");
      const [name = "", source = ""] = title.split(", a fixture after ");
      return row(`\`${name}\``, printed.join("\n"), `A fixture after <${source}>.`);
    });
  return { [PAGE]: `${[HEAD, ABOUT_REAL, ...real, ABOUT_DOCUMENTED, ...documented].join("\n\n")}\n` };
}

const row = (title: string, printed: string, source?: string): string =>
  [`### ${title}`, ...(source ? [source] : []), `\`\`\`\n${printed.trim()}\n\`\`\``].join("\n\n");

/** The inline snapshots of a file of tests, each under the names of what it is in. */
function printedIn(source: string): { title: string; printed: string }[] {
  const found = source.matchAll(
    /^describe\("(?<subject>[^"]+)"|^ {2}test\("(?<name>[^"]+)"|toMatchInlineSnapshot\(`\n(?<snapshot>(?:\\.|[^\\`])*)`\)/gm,
  );
  let [subject, name] = ["", ""];
  return [...found].flatMap(({ groups = {} }) => {
    subject = groups.subject ?? subject;
    name = groups.name ?? name;
    return groups.snapshot === undefined
      ? []
      : [{ title: asTitle(subject, name), printed: unindented(groups.snapshot) }];
  });
}

/** `deploy` and `of a worker …`: "Deploy of a worker …". */
const asTitle = (subject: string, name: string): string => {
  const title = `${subject} ${name}`;
  return title[0]!.toUpperCase() + title.slice(1);
};

/** A snapshot as it was before it was put between quotes into the source. */
function unindented(snapshot: string): string {
  const lines = snapshot.replaceAll("\\`", "`").replaceAll("\\${", "${").trimEnd().split("\n");
  const margin = Math.min(...lines.filter((line) => line.trim()).map((line) => line.search(/\S/)));
  return lines
    .map((line) => line.slice(margin))
    .join("\n")
    .replace(/^"|"$/g, "");
}

const read = (file: string): Promise<string> => readFile(join(root, file), "utf8");

if (import.meta.main)
  for (const [path, text] of Object.entries(await failuresPage())) await writeFile(join(root, path), text);
