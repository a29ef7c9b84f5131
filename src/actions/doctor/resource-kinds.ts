import { readFile } from "node:fs/promises";
import type { Config } from "#config/schema.ts";
import { packagePath } from "#package";
import { composeRoot } from "#root/compose-root.ts";
import { modulesIn } from "#root/write-root.ts";

/** `resource "aws_vpc" "this" {` and `data "aws_vpc" "this" {`, with the `count` that may follow. */
const BLOCK = /^(resource|data) "(\w+)" "\w+" \{\n(?: {2}count = (.*)\n)?/gm;
const ONLY_PREFECT_3 = /var\.prefect_version == 3/;

/** The kinds of resources that the config's modules would create or read: `aws_vpc`, `data.aws_vpc`. */
export async function resourceKinds(config: Config): Promise<Set<string>> {
  const modules = [...modulesIn(composeRoot(config))];
  const pages = await Promise.all(
    modules.map((name) => readFile(packagePath("modules", name, "main.tf"), "utf8")),
  );
  return new Set(pages.flatMap((page) => kindsIn(page, config.prefect.version)));
}

export function kindsIn(page: string, prefectVersion: number): string[] {
  return [...page.matchAll(BLOCK)]
    .filter(([, , , count = ""]) => prefectVersion === 3 || !ONLY_PREFECT_3.test(count))
    .map(([, block, type = ""]) => (block === "data" ? `data.${type}` : type));
}
