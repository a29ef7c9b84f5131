import { defineInterface, input, output } from "#terraform/module-interface.ts";
import { tags } from "./tags.ts";

/**
 * What the module `image-repository` takes and gives. An ECR repository for images of workers and flow runs: $0.10 for each GB
 * and month.
 *
 * @see https://aws.amazon.com/ecr/pricing/
 */
export const imageRepositoryInterface = defineInterface({
  name: "image-repository",
  description: [
    "An ECR repository for images of workers and flow runs: scanned when they are pushed, tags that never move, old images",
    "dropped. AWS bills $0.10 a GB and month; an image of Prefect has about a quarter of one.",
  ].join("\n"),
  inputs: {
    name: input.string("Name of the repository.", {
      default: "prefect-worker",
      validation: [
        {
          condition:
            'can(regex("^([a-z0-9]+([._-][a-z0-9]+)*/)*[a-z0-9]+([._-][a-z0-9]+)*$", var.name)) && length(var.name) >= 2',
          message: "name must be lower-case letters and digits, with ._-/ between them.",
        },
      ],
    }),
    imagesKept: input.number("How many images stay; those before go.", {
      default: 20,
      validation: [{ condition: "var.images_kept >= 1", message: "images_kept must be 1 or more." }],
    }),
    tags,
  },
  outputs: {
    url: output.string(
      "Where images are pushed to, without tag: `123456789012.dkr.ecr.us-east-1.amazonaws.com/prefect-worker`.",
    ),
    arn: output.string("ARN of the repository."),
  },
  example: {},
});
