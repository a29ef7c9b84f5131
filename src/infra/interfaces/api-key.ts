import { defineInterface, input, output, reference } from "#terraform/module-interface.ts";
import { tags } from "./tags.ts";

/**
 * What the module `api-key` takes and gives. The Prefect API key in Secrets Manager, written and never read back: $0.40 a month.
 *
 * @see https://aws.amazon.com/secrets-manager/pricing/
 */
export const apiKeyInterface = defineInterface({
  name: "api-key",
  description: [
    "The Prefect API key in Secrets Manager ($0.40 a month). The key is written and never read back: neither the plan",
    "nor the state has it. To rotate it, give the new key and raise `api_key_version`.",
  ].join("\n"),
  inputs: {
    name: input.string("Name of the secret.", {
      default: "prefect-api-key",
      validation: [
        {
          condition: 'can(regex("^[a-zA-Z0-9/_+=.@-]{1,512}$", var.name))',
          message: "name must hold 1 to 512 letters, digits and /_+=.@- characters.",
        },
      ],
    }),
    apiKey: input.optionalString(
      "The Prefect API key. Needed when the secret is created and when `api_key_version` is raised.",
      { default: null, sensitive: true, ephemeral: true },
    ),
    apiKeyVersion: input.number(
      "Raise it to write the key again: Terraform cannot see whether the key changed.",
      {
        default: 1,
      },
    ),
    recoveryWindowInDays: input.number(
      "How long AWS keeps the secret after destroy, 7 to 30 days; its name is taken until then. 0 deletes it at once.",
      {
        default: 7,
        validation: [
          {
            condition:
              "var.recovery_window_in_days == 0 || (var.recovery_window_in_days >= 7 && var.recovery_window_in_days <= 30)",
            message: "recovery_window_in_days must be 0 or 7 to 30.",
          },
        ],
      },
    ),
    tags,
  },
  outputs: {
    secretArn: output.string("ARN of the secret. What uses it waits until the key is in it."),
  },
  example: { apiKey: reference("var.prefect_api_key") },
});
