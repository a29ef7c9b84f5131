/**
 * Writes src/prefect/templates/: the base job template that each major's worker types of ours have by default.
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

const WORKERS = {
  ecs: "prefect_aws.workers.ecs_worker.ECSWorker",
  process: "prefect.workers.process.ProcessWorker",
} as const;

const programOf = (worker: string): string => `
import json, pydoc
worker = pydoc.locate("${worker}")
print(json.dumps(worker.get_default_base_job_template(), indent=2, ensure_ascii=False))
`;

const check = process.argv.includes("--check");
let stale = false;
for (const major of prefectMajors) {
  for (const [type, worker] of Object.entries(WORKERS)) {
    const file = join(OUT, `${type}-${major}.json`);
    const text = runWithPrefect(major, programOf(worker));
    if (!check) writeFileSync(file, text);
    else if (readFileSync(file, "utf8") !== text) {
      stale = true;
      process.stderr.write(`${file} is not what the package gives. Run node tools/prefect-templates.ts.\n`);
    }
  }
}
process.exitCode = stale ? 1 : 0;
