import type { Found } from "./found.ts";

/** Written beside the root while a plan is made, and gone afterwards: the plan itself carries the imports. */
export const IMPORTS_FILE = "imports.tf";

/** @see https://developer.hashicorp.com/terraform/language/import */
export const importBlocks = (
  existing: readonly { readonly address: string; readonly found: Pick<Found, "id"> }[],
): string =>
  existing
    .map(({ address, found: { id } }) => `import {\n  to = ${address}\n  id = ${JSON.stringify(id)}\n}\n`)
    .join("\n");
