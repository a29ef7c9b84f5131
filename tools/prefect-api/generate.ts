/**
 * Writes src/prefect/api-2.ts and api-3.ts: the types of the Prefect calls we make, from the code of the servers
 * themselves. Only the paths below are kept, with the schemas they reach: the whole API is 14,000 lines a major.
 *
 *   npm ci && UV=path/to/uv node generate.ts            writes
 *   npm ci && UV=path/to/uv node generate.ts --check    exits 1 when the committed files differ
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type PrefectMajor, prefectMajors, runWithPrefect } from "../prefect-releases.ts";

const OUT = join(import.meta.dirname, "../../src/prefect");
const OPENAPI_TYPESCRIPT = join(import.meta.dirname, "node_modules/.bin/openapi-typescript");

const PATHS = [
  "/health",
  "/admin/version",
  "/work_pools/",
  "/work_pools/{name}",
  "/work_pools/filter",
  "/work_pools/{work_pool_name}/workers/filter",
  "/work_pools/{work_pool_name}/workers/{name}",
  "/work_pools/{work_pool_name}/queues",
  "/work_pools/{work_pool_name}/queues/filter",
  "/work_pools/{work_pool_name}/queues/{name}",
  "/work_queues/{id}/status",
  "/flows/",
  "/flows/{id}",
  "/deployments/",
  "/deployments/filter",
  "/deployments/{id}",
  "/deployments/{id}/create_flow_run",
  "/deployments/name/{flow_name}/{deployment_name}",
  "/flow_runs/filter",
  "/flow_runs/count",
  "/flow_runs/{id}",
  "/flow_runs/{id}/set_state",
  "/logs/filter",
] as const;

/**
 * Prints the API as mounted under /api, where both majors' paths agree. A standalone dump of Prefect 3
 * carries the prefix in every path and one of Prefect 2 does not, so whatever is there is taken off.
 */
const PROGRAM = `
import json
from prefect.server.api.server import create_app
api = next(route.app for route in create_app(ephemeral=True).routes if getattr(route, "path", None) == "/api")
print(json.dumps(api.openapi()))
`;

const PROSE = new Set(["title", "summary", "description"]);

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
type JsonObject = { [key: string]: Json };

interface OpenApi extends JsonObject {
  paths: JsonObject;
  components: { schemas: JsonObject };
}

const check = process.argv.includes("--check");
let stale = false;
for (const major of prefectMajors) {
  const file = join(OUT, `api-${major}.ts`);
  const text = toTypes(ofOurs(JSON.parse(runWithPrefect(major, PROGRAM)), major));
  if (!check) writeFileSync(file, text);
  else if (readFileSync(file, "utf8") !== text) {
    stale = true;
    process.stderr.write(`${file} is not what the server's code gives. Run node generate.ts.\n`);
  }
}
process.exitCode = stale ? 1 : 0;

/** Keeps our paths and the schemas they reach. */
function ofOurs(api: OpenApi, major: PrefectMajor): OpenApi {
  const byPath = new Map(Object.entries(api.paths).map(([path, item]) => [path.replace(/^\/api/, ""), item]));
  const paths: JsonObject = {};
  for (const path of PATHS) {
    const item = byPath.get(path);
    if (!item) throw new Error(`Prefect ${major} has no path ${path}.`);
    paths[path] = lean(item);
  }
  const schemas: JsonObject = {};
  const open = references(paths);
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (name in schemas) continue;
    const schema = api.components.schemas[name];
    if (schema === undefined) throw new Error(`Prefect ${major} has no schema ${name}.`);
    const ours = lean(schema);
    schemas[name] = ours;
    open.push(...references(ours));
  }
  const sorted = Object.fromEntries(Object.entries(schemas).sort(([a], [b]) => (a < b ? -1 : 1)));
  return { openapi: api.openapi ?? "3.1.0", info: api.info ?? {}, paths, components: { schemas: sorted } };
}

/** Types only: prose, the version header that every operation repeats, and validation errors are left out. */
function lean(value: Json): Json {
  if (Array.isArray(value)) return value.filter((item) => !isVersionHeader(item)).map((item) => lean(item));
  if (value === null || typeof value !== "object") return value;
  const entries = Object.entries(value).filter(([key, item]) => key !== "422" && !isProse(key, item));
  const ours = Object.fromEntries(entries.map(([key, item]) => [key, lean(item)]));
  return isFreeForm(ours) ? { ...ours, additionalProperties: true } : ours;
}

/** Prefect 2 says `object` alone for one with any content, which would be read as an empty one. */
function isFreeForm(schema: JsonObject): boolean {
  return schema.type === "object" && !("properties" in schema) && !("additionalProperties" in schema);
}

/** A property that is itself called `description` holds a schema, not a text. */
function isProse(key: string, value: Json): boolean {
  return PROSE.has(key) && typeof value === "string";
}

function isVersionHeader(value: Json): boolean {
  if (value === null || typeof value !== "object" || Array.isArray(value)) return false;
  return value.in === "header" && value.name === "x-prefect-api-version";
}

function references(value: Json): string[] {
  const found = JSON.stringify(value).matchAll(/"#\/components\/schemas\/([^"]+)"/g);
  return [...found].map((match) => match[1] ?? "");
}

/**
 * Exports `paths` and `components`, which are what we use.
 * A field with a default may be left out of a request, which is what `--default-non-nullable false` says.
 */
function toTypes(api: OpenApi): string {
  const dir = mkdtempSync(join(tmpdir(), "prefect-api-"));
  try {
    const spec = join(dir, "openapi.json");
    const out = join(dir, "api.ts");
    writeFileSync(spec, JSON.stringify(api));
    const options = ["--default-non-nullable", "false", "--export-type"];
    execFileSync(OPENAPI_TYPESCRIPT, [spec, "-o", out, ...options], {
      stdio: ["ignore", "ignore", "inherit"],
    });
    return readFileSync(out, "utf8")
      .replace(/^export type (webhooks|\$defs) = .*;\n/gm, "")
      .replace(/^export (interface|type) operations /m, "$1 operations ");
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}
