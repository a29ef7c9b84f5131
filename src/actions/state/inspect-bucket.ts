import {
  GetBucketPolicyCommand,
  GetBucketTaggingCommand,
  GetBucketVersioningCommand,
  GetPublicAccessBlockCommand,
  HeadBucketCommand,
} from "@aws-sdk/client-s3";
import type { StateObject } from "#config/state-schema.ts";
import { openS3 } from "./read-state.ts";

/** A bucket as it was found. What may not be looked at is undefined. */
export type BucketLook =
  | { readonly kind: "missing" }
  /** It is somebody else's, or these credentials may not use it. */
  | { readonly kind: "denied" }
  | {
      readonly kind: "there";
      readonly versioned: boolean | undefined;
      readonly publicBlocked: boolean | undefined;
      readonly tlsOnly: boolean | undefined;
      readonly tags: Readonly<Record<string, string>>;
    };

const NOT_SET = [
  "NoSuchPublicAccessBlockConfiguration",
  "NoSuchBucketPolicy",
  "NoSuchTagSet",
  "NoSuchTagSetError",
];

/** Looks at a bucket and changes nothing. */
export async function inspectBucket(
  { bucket: Bucket, region }: Pick<StateObject, "bucket" | "region">,
  env: Readonly<Record<string, string>>,
): Promise<BucketLook> {
  const s3 = openS3(region, env);
  try {
    const missing = await s3.send(new HeadBucketCommand({ Bucket })).then(
      () => undefined,
      (error: unknown) => lookOf(error),
    );
    if (missing) return missing;
    const [versioning, block, policy, tagging] = await Promise.all([
      seen(s3.send(new GetBucketVersioningCommand({ Bucket }))),
      seen(s3.send(new GetPublicAccessBlockCommand({ Bucket }))),
      seen(s3.send(new GetBucketPolicyCommand({ Bucket }))),
      seen(s3.send(new GetBucketTaggingCommand({ Bucket }))),
    ]);
    const blocked = Object.values(block?.PublicAccessBlockConfiguration ?? {});
    return {
      kind: "there",
      versioned: versioning && versioning.Status === "Enabled",
      publicBlocked: block && blocked.length === 4 && blocked.every(Boolean),
      tlsOnly: policy && /aws:SecureTransport/.test(policy.Policy ?? ""),
      tags: Object.fromEntries((tagging?.TagSet ?? []).map(({ Key, Value }) => [Key, Value])),
    };
  } finally {
    s3.destroy();
  }
}

/** S3 answers HEAD without a body: only the status tells. */
function lookOf(error: unknown): BucketLook {
  const { name, $metadata: { httpStatusCode: status } = {} } = error as Error & {
    $metadata?: { httpStatusCode?: number };
  };
  if (status === 404 || name === "NotFound" || name === "NoSuchBucket") return { kind: "missing" };
  if (status === 403) return { kind: "denied" };
  throw error;
}

/** An answer; an empty one where nothing is set; nothing where it may not be asked for. */
async function seen<T extends object>(call: Promise<T>): Promise<Partial<T> | undefined> {
  return call.catch((error: unknown) => {
    const { name } = error as Error;
    if (NOT_SET.includes(name)) return {};
    if (/AccessDenied|Forbidden/.test(name)) return undefined;
    throw error;
  });
}

/** What a bucket for states should have and this one has not, in sentences. */
export const bucketFaults = (look: Extract<BucketLook, { kind: "there" }>): string[] =>
  [
    [look.versioned, "It keeps no old versions: a state that is damaged or removed would be lost."],
    [look.publicBlocked, "Public access to it is not blocked."],
    [look.tlsOnly, "It answers without TLS too."],
  ].flatMap(([isGood, sentence]) => (isGood === false ? [String(sentence)] : []));
