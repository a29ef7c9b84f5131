import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { packagePath } from "#package";
import { readTemplate } from "#pipelines/pipeline-files.ts";
import { renderTemplate } from "#pipelines/render-template.ts";

/**
 * Writes this repository's own workflows: `npm exec -- node tools/render-workflows.ts`. Actions, runners and machines are those of
 * the pipelines that `prefect-fargate pipeline` writes, so that what is pinned there is what runs here.
 */
const FILES: Readonly<Record<string, string>> = {
  ".github/workflows/ci.yml": "github.yml",
  ".circleci/config.yml": "circleci.yml",
};

/** The files by their paths, as they should be. */
export async function projectWorkflows(): Promise<Record<string, string>> {
  const [github, circleci] = [readTemplate("github/plan.yml"), readTemplate("circleci/config.yml")];
  const shared = {
    CHECKOUT: only(github, /uses: (actions\/checkout@.*)/g),
    SETUP_NODE: only(github, /uses: (actions\/setup-node@.*)/g),
    NODE: only(github, /node-version: (\d+)/g),
    RUNNER: only(github, /runs-on: (\S+)/g),
    MACHINE: only(circleci, /image: (ubuntu-\S+)/g),
  };
  const rendered = Object.entries(FILES).map(async ([path, template]) => {
    const text = await readFile(packagePath("tools", "workflows", template), "utf8");
    return [path, renderTemplate(text, { shared, environments: [], parts: new Set() })] as const;
  });
  return Object.fromEntries(await Promise.all(rendered));
}

/** What stands in a template, everywhere the same. */
function only(template: string, pattern: RegExp): string {
  const [found, ...others] = new Set([...template.matchAll(pattern)].map(([, value]) => value!));
  if (found === undefined || others.length > 0)
    throw new Error(`${pattern} is there ${others.length + (found ? 1 : 0)} times, not once.`);
  return found;
}

if (import.meta.main)
  for (const [path, text] of Object.entries(await projectWorkflows())) {
    await mkdir(dirname(packagePath(path)), { recursive: true });
    await writeFile(packagePath(path), text);
    console.log(path);
  }
