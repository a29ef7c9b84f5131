import { defineInterface, input, output, reference } from "#terraform/module-interface.ts";
import { roleName } from "./names.ts";
import { permissionsBoundaryArn, rolePath } from "./roles.ts";
import { tags } from "./tags.ts";

/**
 * What the module `task-execution-role` takes and gives. The role with which ECS itself starts tasks: images, logs, the Prefect
 * key, and nothing else. Free.
 */
export const taskExecutionRoleInterface = defineInterface({
  name: "task-execution-role",
  description: [
    "The role with which ECS itself starts tasks: it pulls images, writes logs and reads the Prefect API key, and no",
    "other secret. The code in a task never has this role. IAM costs nothing.",
  ].join("\n"),
  inputs: {
    name: input.string("Name of the role.", {
      default: "prefect-task-execution-role",
      validation: [roleName("name")],
    }),
    secretArns: input.strings(
      "The secret that holds the Prefect API key, as a list of its ARN; empty for a server that asks for none.",
      {
        validation: [
          {
            condition:
              'alltrue([for arn in var.secret_arns : can(regex("^arn:[^:]+:secretsmanager:[^:]+:[0-9]{12}:secret:", arn))])',
            message: "secret_arns must be ARNs of Secrets Manager secrets.",
          },
        ],
      },
    ),
    secretKmsKeyArns: input.strings(
      "KMS keys that encrypt the secret, when it is not AWS's own key that does.",
      {
        default: [],
      },
    ),
    rolePath,
    permissionsBoundaryArn,
    tags,
  },
  outputs: {
    arn: output.string("ARN of the role. What uses it waits until its policies are attached."),
    name: output.string("Name of the role."),
  },
  example: { secretArns: [reference("module.api_key.secret_arn")] },
});
