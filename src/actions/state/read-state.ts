import { readFile } from "node:fs/promises";
import { GetObjectCommand, S3Client } from "@aws-sdk/client-s3";
import type { StateObject } from "#config/state-schema.ts";
import { PrefectFargateError } from "#errors";
import { clientSettings } from "../aws-clients.ts";
import { describePlace, type StatePlace } from "./state-place.ts";

/** What a state holds, as far as it must be known before it is moved or replaced. */
export interface StateSummary {
  readonly resources: number;
  /** Without their names: `module.state_bucket.aws_s3_bucket`. */
  readonly kinds: ReadonlySet<string>;
  /** What it says of them, as one text: a copy says the same. Terraform gives a copy another lineage. */
  readonly content: string;
}

interface StateResource {
  readonly mode: string;
  readonly type: string;
  readonly module?: string;
}

type Env = Readonly<Record<string, string>>;

export const openS3 = (region: string, env: Env): S3Client =>
  new S3Client({ ...clientSettings(region, env), ...(env.AWS_ENDPOINT_URL ? { forcePathStyle: true } : {}) });

/**
 * What lies at a place; undefined where nothing does.
 *
 * @throws STATE_UNREADABLE
 */
export async function readState(place: StatePlace, env: Env): Promise<StateSummary | undefined> {
  const text = place.kind === "s3" ? await readObject(place, env) : await readText(place.file);
  return text === undefined || text.trim() === "" ? undefined : summarize(text, place);
}

/** The object's text; undefined where there is no such object or bucket. */
export async function readObject(
  { bucket, key, region }: StateObject,
  env: Env,
): Promise<string | undefined> {
  const s3 = openS3(region, env);
  try {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    return await Body?.transformToString();
  } catch (error) {
    if (["NoSuchKey", "NoSuchBucket", "NotFound"].includes((error as Error).name)) return undefined;
    throw unreadable(`s3://${bucket}/${key}`, error);
  } finally {
    s3.destroy();
  }
}

async function readText(file: string): Promise<string | undefined> {
  return readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw unreadable(file, error);
  });
}

function summarize(text: string, place: StatePlace): StateSummary {
  try {
    const { resources = [], outputs = {} } = JSON.parse(text);
    const managed = (resources as StateResource[]).filter(({ mode }) => mode !== "data");
    const kinds = new Set(managed.map(({ module, type }) => (module ? `${module}.${type}` : type)));
    return { resources: managed.length, kinds, content: JSON.stringify({ resources, outputs }) };
  } catch (error) {
    throw unreadable(describePlace(place), error);
  }
}

const unreadable = (place: string, cause: unknown): PrefectFargateError =>
  new PrefectFargateError(
    "STATE_UNREADABLE",
    `The state ${place} cannot be read: ${(cause as Error).message}`,
    {
      source: "environment",
      cause,
      hint: "prefect-fargate doctor looks at AWS's side; a local state has a copy beside it: terraform.tfstate.backup.",
    },
  );
