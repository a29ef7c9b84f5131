import * as z from "zod";
import { obeys } from "./complaint.ts";
import { ecrRule } from "./pipeline-schema.ts";
import { wholeNumber } from "./whole-number.ts";

/** Beyond this many, somebody should ask what they are for. */
const KEPT = { from: 1, to: 1000 };

export const imagesSchema = z
  .lazy(() =>
    z.strictObject({
      repository: z
        .string()
        .superRefine(obeys(ecrRule))
        .default("prefect-worker")
        .describe("Name of the ECR repository to create. AWS bills $0.10 a GB and month for what is in it."),
      kept: wholeNumber(KEPT).default(20).describe("How many images stay in it; those before go."),
    }),
  )
  .optional()
  .meta({
    description:
      "A repository for images with the AWS integration in them, built by `prefect-fargate image build`: workers and flow runs start sooner, and need no PyPI when they do.",
    defaultInWords: "none: the stock image installs the integration at every start",
  });
