import * as z from "zod";
import { clusterArnRule, parseArn } from "./arn.ts";
import { clusterNameRule } from "./aws-names.ts";
import { complain, obeys, whenSound } from "./complaint.ts";

const DEFAULT_NAME = "prefect-cluster";

export const clusterSchema = z
  .strictObject({
    name: z
      .string()
      .superRefine(obeys(clusterNameRule))
      .optional()
      .meta({
        description: "Name of the ECS cluster to create.",
        defaultInWords: `\`"${DEFAULT_NAME}"\`, unless there is an \`arn\``,
      }),
    arn: z.string().superRefine(obeys(clusterArnRule)).optional().meta({
      description:
        "ARN of a cluster that exists, in the config's region. It is not changed: for Spot it must have the capacity provider FARGATE_SPOT.",
      defaultInWords: "none",
    }),
  })
  .superRefine(
    ({ name, arn }, context) => {
      if (name === undefined || arn === undefined || name === clusterNameOf(arn)) return;
      complain(context, {
        verdict: "names a cluster to create and one that exists",
        remedy: "Keep name or arn",
      });
    },
    whenSound(["name"], ["arn"]),
  )
  .transform(({ name, arn }): { name: string; arn?: string } =>
    arn === undefined ? { name: name ?? DEFAULT_NAME } : { name: clusterNameOf(arn), arn },
  )
  .prefault({})
  .describe("The ECS cluster. AWS does not bill for it, only for the tasks in it.");

const clusterNameOf = (arn: string): string => parseArn(arn)?.resource.split("/").at(-1) ?? arn;
