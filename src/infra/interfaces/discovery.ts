import { defineInterface, input, output, reference } from "#terraform/module-interface.ts";
import { tags } from "./tags.ts";

/**
 * What the module `discovery` takes and gives. A private DNS namespace in which services register: $0.50 a month for its hosted
 * zone.
 *
 * @see https://aws.amazon.com/cloud-map/pricing/
 */
export const discoveryInterface = defineInterface({
  name: "discovery",
  description: [
    "A private DNS namespace, in which each worker registers: `dev-worker.default.prefect.local` is its address in the",
    "VPC. Its hosted zone costs $0.50 a month.",
  ].join("\n"),
  inputs: {
    namespace: input.string("Name of the namespace, a domain name.", {
      default: "default.prefect.local",
      validation: [
        {
          condition:
            'can(regex("^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\\\\.)*[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$", var.namespace))',
          message: "namespace must be a domain name in lower case, such as default.prefect.local.",
        },
      ],
    }),
    vpcId: input.string("VPC in which the names resolve."),
    tags,
  },
  outputs: {
    namespaceId: output.string("Id of the namespace."),
    namespaceArn: output.string("ARN of the namespace."),
  },
  example: { vpcId: reference("module.network.vpc_id") },
});
