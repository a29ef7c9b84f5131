import { renderBlock } from "#terraform/hcl.ts";

export const API_KEY_VARIABLE = "prefect_api_key";
export const API_KEY_VERSION_VARIABLE = "prefect_api_key_version";

/** The key passes through Terraform without being kept: give it in TF_VAR_prefect_api_key. */
export const apiKeyVariables = (): string[] => [
  renderBlock(
    "variable",
    [API_KEY_VARIABLE],
    {
      description:
        "Prefect API key, or user:password where the server asks for that, best given in the environment as TF_VAR_prefect_api_key. The provider asks for it in every plan; it is written when the secret is created and when prefect_api_key_version is raised.",
      type: "string",
      default: null,
      sensitive: true,
      ephemeral: true,
    },
    { bare: ["type"] },
  ),
  renderBlock(
    "variable",
    [API_KEY_VERSION_VARIABLE],
    {
      description: "Raise it to write the key again: Terraform cannot see whether the key changed.",
      type: "number",
      default: 1,
    },
    { bare: ["type"] },
  ),
];
