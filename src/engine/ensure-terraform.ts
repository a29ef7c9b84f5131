import { existsSync } from "node:fs";
import { PrefectFargateError } from "#errors";
import { type FetchTerraformOptions, fetchedTerraformPath, fetchTerraform } from "./fetch-terraform.ts";
import { findTerraform, inspectTerraform, type TerraformBinary } from "./find-terraform.ts";

/**
 * Finds Terraform or OpenTofu, and fetches Terraform where neither is installed. One that is too old or broken is an
 * error all the same: whoever installed it wants to know.
 *
 * @throws TERRAFORM_MISSING, TERRAFORM_TOO_OLD, TERRAFORM_BROKEN, TERRAFORM_CHECKSUM_WRONG
 */
export async function ensureTerraform(options: FetchTerraformOptions): Promise<TerraformBinary> {
  const { env = process.env } = options;
  try {
    return await findTerraform({ env });
  } catch (error) {
    const isMissing = error instanceof PrefectFargateError && error.code === "TERRAFORM_MISSING";
    if (!isMissing || env.PREFECT_FARGATE_TERRAFORM) throw error;
  }
  const fetched = fetchedTerraformPath(env, options.platform);
  return inspectTerraform(existsSync(fetched) ? fetched : await fetchTerraform(options));
}
