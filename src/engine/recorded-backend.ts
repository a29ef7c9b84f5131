import { readFileSync } from "node:fs";
import { join } from "node:path";

/** Terraform's own note of the last `init`. */
const RECORD = join(".terraform", "terraform.tfstate");

/** An S3 backend as Terraform recorded it. */
export interface RecordedBackend {
  readonly bucket: string;
  readonly key: string;
  readonly region: string;
}

/** Where the state of a folder was kept at its last `init`; undefined for the folder itself, or where there was no `init` yet. */
export function recordedBackend(dir: string): RecordedBackend | undefined {
  const { backend } = readRecord(join(dir, RECORD));
  if (backend?.type !== "s3") return undefined;
  const { bucket = "", key = "", region = "" } = backend.config ?? {};
  return { bucket, key, region };
}

function readRecord(file: string): {
  readonly backend?: { readonly type?: string; readonly config?: Partial<RecordedBackend> };
} {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return {};
  }
}
