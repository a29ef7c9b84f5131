import { defineInterface, input, output } from "#terraform/module-interface.ts";
import { tags } from "./tags.ts";

/**
 * What the module `state-bucket` takes and gives. A bucket for Terraform states: versioned, encrypted, closed to the public. A
 * few cents a month.
 *
 * @see https://aws.amazon.com/s3/pricing/
 */
export const stateBucketInterface = defineInterface({
  name: "state-bucket",
  description: [
    "A bucket for Terraform states: versioned, encrypted, closed to the public, reached by TLS only. Old versions go after a",
    "while, but for the newest. States are small: AWS bills a few cents a month.",
  ].join("\n"),
  inputs: {
    name: input.string("Name of the bucket; nobody else on AWS has it.", {
      validation: [
        {
          condition: 'can(regex("^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$", var.name))',
          message: "name must hold 3 to 63 lower-case letters, digits and hyphens.",
        },
      ],
    }),
    oldVersionDays: input.number("Days after which an old version of a state goes.", {
      default: 90,
      validation: [
        { condition: "var.old_version_days >= 1", message: "old_version_days must be 1 or more." },
      ],
    }),
    oldVersionsKept: input.number("How many of the newest old versions stay whatever their age, 1 to 100.", {
      default: 20,
      validation: [
        {
          condition: "var.old_versions_kept >= 1 && var.old_versions_kept <= 100",
          message: "old_versions_kept must be 1 to 100.",
        },
      ],
    }),
    tags,
  },
  outputs: {
    name: output.string(
      "Name of the bucket. What keeps a state in it waits until it is closed and versioned.",
    ),
    arn: output.string("ARN of the bucket."),
  },
  example: { name: "acme-terraform-state" },
});
