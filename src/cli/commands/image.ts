import { Argument, Option } from "commander";
import type { CommandSpec } from "../command-spec.ts";
import { configOption, envOption, jsonOption, yesOption } from "../shared-options.ts";

export interface ImageCommandOptions {
  readonly action: string;
  readonly worker?: string;
  readonly from?: string;
  readonly out?: string;
  readonly yes?: boolean;
  readonly config?: string;
  readonly env?: string;
  readonly json?: boolean;
}

export const image: CommandSpec<ImageCommandOptions> = {
  name: "image",
  summary: "build a worker's image with the AWS integration in it",
  description:
    "Writes a small Dockerfile with the integration in it, exactly as the config pins it, builds it with Docker and pushes it to the " +
    "system's ECR repository (images in the config), which it makes where it is missing. The stock image installs the " +
    "integration at every start instead: that takes longer, needs PyPI each time, and runs what was never scanned.",
  examples: [
    { does: "Build and push the first worker's image", command: "image build" },
    { does: "Build on an image of yours", command: "image build --from acme/flows:2026-11" },
    {
      does: "Only write the Dockerfile and tell the commands, for another machine",
      command: "image build --out image",
    },
  ],
  arguments: [new Argument("<action>", "what to do").choices(["build"])],
  options: [
    new Option("--worker <name>", "the worker whose image it is, instead of the first"),
    new Option("--from <image>", "the image on which it stands, instead of Prefect's own"),
    new Option("--out <folder>", "write the Dockerfile into this folder, and build nothing"),
    yesOption("do not ask before the repository is made"),
    configOption(),
    envOption(),
    jsonOption(),
  ],
  handler: async () => (await import("../handlers/image.ts")).runImage,
};
