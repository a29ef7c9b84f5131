import { defineInterface, input, output, reference } from "#terraform/module-interface.ts";
import { logRetentionDays } from "./log-retention.ts";
import { permissionsBoundaryArn, rolePath } from "./roles.ts";
import { tags } from "./tags.ts";

/**
 * What the module `flow-logs` takes and gives. The log of a VPC's traffic in CloudWatch: $0.50 for each GB.
 *
 * @see https://aws.amazon.com/cloudwatch/pricing/
 */
export const flowLogsInterface = defineInterface({
  name: "flow-logs",
  description:
    "Flow logs of a VPC: who talked to whom, in a log group. AWS bills what is written, about $0.50 a GB.",
  inputs: {
    vpcId: input.string("The VPC."),
    trafficType: input.string("`ALL`, `ACCEPT` or `REJECT`.", {
      default: "ALL",
      validation: [
        {
          condition: 'contains(["ALL", "ACCEPT", "REJECT"], var.traffic_type)',
          message: "traffic_type must be ALL, ACCEPT or REJECT.",
        },
      ],
    }),
    logRetentionDays,
    rolePath,
    permissionsBoundaryArn,
    tags,
  },
  outputs: { logGroup: output.string("Log group of the flow logs.") },
  example: { vpcId: reference("module.network.vpc_id") },
});
