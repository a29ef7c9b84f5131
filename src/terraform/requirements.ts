/** Terraform that has write-only attributes and ephemeral variables; OpenTofu has them under the same number. */
export const REQUIRED_TERRAFORM = ">= 1.11";

/** What both majors of the provider can serve: the bindings come from 5.100. */
export const REQUIRED_AWS = { source: "hashicorp/aws", version: ">= 5.100, < 7.0" } as const;
