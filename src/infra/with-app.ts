import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App } from "cdktn";

/** cdktn wants a folder for output that we do not let it write. */
export function withApp<T>(work: (app: App) => T): T {
  const outdir = mkdtempSync(join(tmpdir(), "prefect-fargate-synth-"));
  try {
    return work(new App({ skipValidation: true, outdir }));
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}
