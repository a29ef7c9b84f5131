import { defineInterface, input, output, reference } from "#terraform/module-interface.ts";
import { tags } from "./tags.ts";

/**
 * What the module `endpoints` takes and gives. Interface endpoints to services of AWS: $7.30 a month for each in each zone,
 * $0.01 a GB.
 *
 * @see https://aws.amazon.com/privatelink/pricing/
 */
export const endpointsInterface = defineInterface({
  name: "endpoints",
  description: [
    "Interface endpoints: ways from a VPC to services of AWS that do not leave it. Each costs $7.30 a month in every zone",
    "(us-east-1) and $0.01 a GB, so beside a NAT gateway ($0.045 a GB) one pays from about 210 GB a month and zone.",
    "They lead to AWS only, never to Prefect Cloud.",
  ].join("\n"),
  inputs: {
    name: input.string("Prefix of the names.", { default: "prefect-ecs-vpc" }),
    vpcId: input.string("VPC in which the services' names lead to the endpoints."),
    cidrBlock: input.string("Address range that may use the endpoints: the VPC's."),
    subnetIds: input.strings("Subnets in which the endpoints have addresses, one in each zone.", {
      validation: [
        { condition: "length(var.subnet_ids) > 0", message: "subnet_ids needs at least one subnet." },
      ],
    }),
    services: input.strings(
      "The services, as their endpoints call them: `ecr.api`, `ecr.dkr`, `logs`, `secretsmanager`, `ecs`, `sqs`, `ec2`.",
      {
        validation: [
          {
            condition:
              'alltrue([for service in var.services : can(regex("^[a-z][a-z0-9.-]*$", service)) && service != "s3"])',
            message:
              "services must hold names such as ecr.api; S3 has an endpoint that costs nothing, which the network modules make.",
          },
        ],
      },
    ),
    tags,
  },
  outputs: {
    subnetIds: output.strings("The subnets again. What uses them waits for the endpoints."),
    securityGroupId: output.string("Security group of the endpoints."),
  },
  example: {
    vpcId: reference("module.network.vpc_id"),
    cidrBlock: reference("module.network.cidr_block"),
    subnetIds: reference("module.network.private_subnet_ids"),
    services: ["ecr.api", "ecr.dkr", "logs", "secretsmanager"],
  },
});
