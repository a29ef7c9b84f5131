import { Option } from "commander";
import type { CommandSpec } from "../command-spec.ts";
import { type FlowArgument, parseFlow } from "../flow-argument.ts";
import { configOption, envOption, jsonOption } from "../shared-options.ts";

export interface RehearseCommandOptions {
  readonly prefect?: "2" | "3";
  readonly flow?: FlowArgument;
  readonly existingVpc?: boolean;
  readonly keep?: boolean;
  readonly config?: string;
  readonly env?: string;
  readonly json?: boolean;
}

export const rehearse: CommandSpec<RehearseCommandOptions> = {
  name: "rehearse",
  summary: "run the whole system on this machine, without an AWS account",
  description:
    "Applies your config with real Terraform to an emulated AWS, starts a real Prefect server and your worker, waits until the " +
    "worker is ONLINE, runs a flow as a Fargate task, shows that it Completed, and takes everything down again.",
  examples: [
    { does: "Rehearse the config in this folder, or the defaults", command: "rehearse" },
    {
      does: "Rehearse with Prefect 3 and a flow of your own",
      command: "rehearse --prefect 3 --flow flows.py:nightly",
    },
    { does: "Keep it up and look around in Prefect's pages", command: "rehearse --keep" },
  ],
  options: [
    new Option("--prefect <major>", "major version of Prefect, instead of the config's").choices(["2", "3"]),
    new Option("--flow <file:name>", "flow to run, instead of a built-in one").argParser(parseFlow),
    new Option("--existing-vpc", "use the emulated region's default VPC: the same worker, in half the time"),
    new Option("--keep", "leave it up until Ctrl-C"),
    configOption(),
    envOption(),
    jsonOption(),
  ],
  onInterrupt: "Taking everything down; press Ctrl-C again to leave it.",
  handler: async () => (await import("../handlers/rehearse.ts")).runRehearse,
};
