import * as z from "zod";
import { type Complaint, obeys } from "./complaint.ts";
import { regionRule } from "./region.ts";

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
const BUCKET = /^[a-z0-9]([a-z0-9-]{1,61})[a-z0-9]$/;
const RESERVED = /^(xn--|sthree-|amzn-s3-demo-)|(-s3alias|--ol-s3|--x-s3|--table-s3)$/;
/** S3 takes more; these need no escaping in an address, an ARN or a policy. */
const KEY = /^[A-Za-z0-9!_.'()-]+(\/[A-Za-z0-9!_.'()-]+)*$/;

const BUCKET_LOOKS =
  "It has 3 to 63 lower-case letters, digits and hyphens, and nobody else on AWS has it: acme-terraform-state.";

export function bucketNameRule(name: string): Complaint | undefined {
  if (name.startsWith("s3://") || name.startsWith("arn:"))
    return {
      verdict: "is an address, not the name of a bucket",
      works: BUCKET_LOOKS,
      suggestion: name.replace(/^(s3:\/\/|arn:aws[a-z-]*:s3:::)/, "").split("/")[0],
    };
  if (name.includes("."))
    return {
      verdict: "has a dot in it, which S3's certificate does not cover: TLS would fail",
      works: BUCKET_LOOKS,
      suggestion: name.replaceAll(".", "-").toLowerCase(),
    };
  if (BUCKET.test(name) && !RESERVED.test(name)) return undefined;
  return { verdict: "is not a name that a bucket can have", works: BUCKET_LOOKS };
}

export function stateKeyRule(key: string): Complaint | undefined {
  if (key.endsWith(".tflock"))
    return { verdict: "is the name of a lock: Terraform puts it beside the state", works: KEY_LOOKS };
  if (KEY.test(key) && key.length <= 900 && !key.split("/").some((part) => /^\.+$/.test(part)))
    return undefined;
  return { verdict: "is not a key that the state can have", works: KEY_LOOKS };
}

const KEY_LOOKS = "It looks like data-platform/terraform.tfstate: no slash in front, none doubled.";

export const stateSchema = z
  .strictObject({
    bucket: z
      .string()
      .superRefine(obeys(bucketNameRule))
      .describe(
        "The S3 bucket. `prefect-fargate bootstrap` makes it where there is none; one that exists is used as it is. Its versions cost a few cents a month.",
      ),
    key: z.string().superRefine(obeys(stateKeyRule)).optional().meta({
      description:
        "The object that holds the state; the lock lies beside it. Each environment has its own: `prod/KEY` where the key is given here for all.",
      defaultInWords:
        "`prefect-fargate/REGION/CLUSTER/terraform.tfstate`, in an environment `prefect-fargate/ENVIRONMENT/terraform.tfstate`",
    }),
    region: z.string().superRefine(obeys(regionRule)).optional().meta({
      description: "The bucket's region.",
      defaultInWords: "the config's `region`",
    }),
  })
  .optional()
  .meta({
    description:
      "Where Terraform's state is kept: in S3, locked while somebody works on it, so that several people and a pipeline can deploy.",
    defaultInWords: "none: on this machine, in `.prefect-fargate`",
  });

/** Where a state is kept in S3, with nothing left out. */
export interface StateObject {
  readonly bucket: string;
  readonly key: string;
  readonly region: string;
}

/** A system that has no environment's name is known by its region and cluster, and so is its state. */
export function fillState<
  C extends {
    readonly region: string;
    readonly cluster: { readonly name: string };
    readonly state?: { readonly bucket: string; readonly key?: string; readonly region?: string };
  },
>({ state, region, cluster }: C): { state?: StateObject } {
  if (state === undefined) return {};
  const key = state.key ?? `prefect-fargate/${region}/${cluster.name}/terraform.tfstate`;
  return { state: { bucket: state.bucket, key, region: state.region ?? region } };
}
