import { findTerraform } from "#engine/find-terraform.ts";
import { TERRAFORM_RELEASE } from "#engine/terraform-release.ts";
import { PrefectFargateError } from "#errors";
import { type Check, ok, warning } from "../check.ts";

/** Terraform or OpenTofu, of a version that keeps the key out of its state. */
export const terraformCheck: Check = {
  name: "Terraform",
  async run({ env }) {
    try {
      const { product, version, path } = await findTerraform({ env });
      return ok(`${product === "tofu" ? "OpenTofu" : "Terraform"} ${version} (${path})`);
    } catch (error) {
      const isMissing = error instanceof PrefectFargateError && error.code === "TERRAFORM_MISSING";
      if (!isMissing || env.PREFECT_FARGATE_TERRAFORM) throw error;
      return warning(
        `Neither terraform nor tofu is on the PATH: deploy fetches Terraform ${TERRAFORM_RELEASE}, 27 MB, once.`,
        "To use one of your own, install it: https://developer.hashicorp.com/terraform/install",
      );
    }
  },
};
