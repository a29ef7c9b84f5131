import { readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { configJsonSchema, type JsonSchema } from "../src/config/json-schema.ts";
import { configReference } from "./config-reference.ts";

const root = dirname(import.meta.dirname);
const SCHEMA_FILE = "schema/prefect-fargate.schema.json";

/** The page and the schema that are written from the config's schema, by their paths. */
export async function configDocuments(): Promise<Record<string, string>> {
  return {
    "docs/configuration.md": await page(),
    [SCHEMA_FILE]: `${JSON.stringify(publishedSchema(), null, 2)}\n`,
  };
}

async function page(): Promise<string> {
  return `<!-- Written by tools/document-config.ts from the config's schema. -->

# Configuration

A config is a file \`prefect-fargate.config.ts\` in the folder where you run \`prefect-fargate\`. Without one every default
holds. \`prefect-fargate validate\` checks it, and \`prefect-fargate validate --json\` shows it with all defaults filled in.

Prefect 3 in Frankfurt, with a workspace of Prefect Cloud:

${await snippet("prefect-3")}

A VPC and a secret that exist already:

${await snippet("existing-vpc")}

A Prefect server that you host:

${await snippet("self-hosted")}

Two workers, one of them for large flows:

${await snippet("two-workers")}

Node runs the file and leaves the types out, so it can read the environment, import other files and compute values; what
Node cannot leave out (\`enum\`, \`namespace\`) it cannot use. The names \`prefect-fargate.config.mts\`, \`.js\`, \`.mjs\` and
\`.json\` work as well, and \`--config FILE\` names any other. In JSON, editors know the fields by the schema:

${await snippet("json", "json")}

The Prefect API key itself is never in a config: \`prefect.apiKey\` says in which secret tasks find it.

${configReference(configJsonSchema())}
`;
}

/** An example that is a fixture of the tests, so it is known to load. */
async function snippet(scenario: string, language = "ts"): Promise<string> {
  const file = join(root, "test", "fixtures", "configs", scenario, `prefect-fargate.config.${language}`);
  const text = (await readFile(file, "utf8"))
    .trim()
    .replace("../../../../schema/", "./node_modules/prefect-fargate/schema/");
  return `\`\`\`${language}\n${text}\n\`\`\``;
}

/** The JSON schema for editors. It knows `$schema`, which the loader takes out, and leaves our own words out. */
function publishedSchema(): JsonSchema {
  const { $schema, properties, ...schema } = withoutOwnWords(configJsonSchema()) as JsonSchema;
  return {
    $schema,
    title: "prefect-fargate.config.json",
    ...schema,
    properties: { $schema: { type: "string", description: "For editors." }, ...properties },
  };
}

function withoutOwnWords(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutOwnWords);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).filter(([name]) => name !== "defaultInWords");
  return Object.fromEntries(entries.map(([name, inner]) => [name, withoutOwnWords(inner)]));
}

if (import.meta.main)
  for (const [path, text] of Object.entries(await configDocuments())) await writeFile(join(root, path), text);
