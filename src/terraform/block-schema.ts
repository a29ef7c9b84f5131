import { readFileSync } from "node:fs";
import { packagePath } from "#package";
import type { NestedBlocks } from "./hcl.ts";

interface BlockSchema {
  readonly resource: Readonly<Record<string, NestedBlocks>>;
  readonly data: Readonly<Record<string, NestedBlocks>>;
}

/** Which arguments of which AWS type are nested blocks, from the provider's own schema. */
export const blockSchema: BlockSchema = JSON.parse(readFileSync(packagePath("src/aws/blocks.json"), "utf8"));
