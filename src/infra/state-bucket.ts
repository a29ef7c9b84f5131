import { Construct } from "constructs";
import { S3Bucket } from "#aws/s3-bucket.ts";
import { S3BucketLifecycleConfiguration } from "#aws/s3-bucket-lifecycle-configuration.ts";
import { S3BucketOwnershipControls } from "#aws/s3-bucket-ownership-controls.ts";
import { S3BucketPolicy } from "#aws/s3-bucket-policy.ts";
import { S3BucketPublicAccessBlock } from "#aws/s3-bucket-public-access-block.ts";
import { S3BucketServerSideEncryptionConfigurationA } from "#aws/s3-bucket-server-side-encryption-configuration.ts";
import { S3BucketVersioningA as S3BucketVersioning } from "#aws/s3-bucket-versioning.ts";
import { jsonencode } from "#terraform/expressions.ts";
import { note, noteOn } from "#terraform/notes.ts";

export interface StateBucketProps {
  readonly name: string;
  readonly oldVersionDays: number;
  readonly oldVersionsKept: number;
  readonly tags: Record<string, string>;
}

/** A bucket in which states are safe: from being lost, from being read, and from growing without end. */
export class StateBucket extends Construct {
  readonly bucket: S3Bucket;
  /** Without these no state should be in it. */
  readonly protections: readonly [S3BucketVersioning, S3BucketPublicAccessBlock, S3BucketPolicy];

  constructor(scope: Construct, id: string, props: StateBucketProps) {
    super(scope, id);
    this.bucket = new S3Bucket(this, "s3_bucket", {
      bucket: props.name,
      tags: props.tags,
      lifecycle: { preventDestroy: true },
    });
    noteOn(
      this.bucket,
      "lifecycle",
      "Whoever removes it removes the states of everything that keeps one in it.",
    );
    const bucket = this.bucket.id;
    const versioning = new S3BucketVersioning(this, "s3_bucket_versioning", {
      bucket,
      versioningConfiguration: { status: "Enabled" },
    });
    new S3BucketServerSideEncryptionConfigurationA(this, "s3_bucket_server_side_encryption_configuration", {
      bucket,
      rule: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }],
    });
    new S3BucketOwnershipControls(this, "s3_bucket_ownership_controls", {
      bucket,
      rule: { objectOwnership: "BucketOwnerEnforced" },
    });
    const closed = new S3BucketPublicAccessBlock(this, "s3_bucket_public_access_block", {
      bucket,
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    });
    this.protections = [versioning, closed, this.#onlyByTls(closed)];
    this.#dropOldVersions(props, versioning);
  }

  /** https://docs.aws.amazon.com/AmazonS3/latest/userguide/security-best-practices.html */
  #onlyByTls(closed: S3BucketPublicAccessBlock): S3BucketPolicy {
    const { id, arn } = this.bucket;
    return new S3BucketPolicy(this, "s3_bucket_policy", {
      bucket: id,
      policy: jsonencode({
        Version: "2012-10-17",
        Statement: [
          {
            Sid: "OnlyByTls",
            Effect: "Deny",
            Principal: "*",
            Action: "s3:*",
            Resource: [arn, `${arn}/*`],
            Condition: { Bool: { "aws:SecureTransport": "false" } },
          },
        ],
      }),
      // AWS takes one change of a bucket at a time.
      dependsOn: [closed],
    });
  }

  /** Every lock and every apply leaves a version behind. */
  #dropOldVersions(
    { oldVersionDays, oldVersionsKept }: StateBucketProps,
    versioning: S3BucketVersioning,
  ): void {
    const lifecycle = new S3BucketLifecycleConfiguration(this, "s3_bucket_lifecycle_configuration", {
      bucket: this.bucket.id,
      rule: [
        {
          id: "old-versions",
          status: "Enabled",
          filter: [{ prefix: "" }],
          noncurrentVersionExpiration: [
            { noncurrentDays: oldVersionDays, newerNoncurrentVersions: oldVersionsKept },
          ],
          expiration: [{ expiredObjectDeleteMarker: true }],
          abortIncompleteMultipartUpload: [{ daysAfterInitiation: 7 }],
        },
      ],
      dependsOn: [versioning],
    });
    note(lifecycle, "The provider watches for most of a minute whether S3 has taken it on.");
  }
}
