/**
 * Writes src/prefect/templates/: the base job template that each major's ECS worker type has by default.
 * They come from the packages themselves: the copy that a Prefect server serves lags behind them (3.8.8's
 * lacks `prefect_api_key_secret_arn`).
 *
 *   UV=path/to/uv node tools/prefect-templates.ts            writes
 *   UV=path/to/uv node tools/prefect-templates.ts --check    exits 1 when the committed files differ
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { prefectMajors, runWithPrefect } from "./prefect-releases.ts";

const OUT = join(import.meta.dirname, "../src/prefect/templates");

const PROGRAM = `
import json
from prefect_aws.workers.ecs_worker import ECSWorker
print(json.dumps(ECSWorker.get_default_base_job_template(), indent=2, ensure_ascii=False))
`;

const check = process.argv.includes("--check");
let stale = false;
for (const major of prefectMajors) {
  const file = join(OUT, `ecs-${major}.json`);
  const text = runWithPrefect(major, PROGRAM);
  if (!check) writeFileSync(file, text);
  else if (readFileSync(file, "utf8") !== text) {
    stale = true;
    process.stderr.write(`${file} is not what the package gives. Run node tools/prefect-templates.ts.\n`);
  }
}
process.exitCode = stale ? 1 : 0;
