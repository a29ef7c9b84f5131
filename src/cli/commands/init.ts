import { Option } from "commander";
import type { CommandSpec } from "../command-spec.ts";
import { jsonOption } from "../shared-options.ts";

export interface InitCommandOptions {
  readonly prefect?: "2" | "3";
  readonly region?: string;
  readonly workspace?: string;
  readonly apiUrl?: string;
  readonly vpc?: string;
  readonly workPool?: string;
  readonly worker?: string;
  readonly yes?: boolean;
  readonly json?: boolean;
}

export const init: CommandSpec<InitCommandOptions> = {
  name: "init",
  summary: "write a config and a first flow",
  description:
    "Asks a few questions and writes prefect-fargate.config.ts, a first flow, how it is deployed, and what Git should ignore. " +
    "It looks up what it can: AWS profiles, region and zones, and the workspaces that your Prefect key reaches. " +
    "What is there already stays as it is; nothing is created on AWS or in Prefect.",
  examples: [
    { does: "Be asked", command: "init" },
    { does: "Take what is recommended, without a question", command: "init --yes" },
    {
      does: "Say all of it: a workspace of Prefect Cloud, a region, its default VPC",
      command: "init --yes --prefect 3 --workspace acme/production --region eu-central-1 --vpc default",
    },
  ],
  options: [
    new Option("--prefect <major>", "major version of Prefect").choices(["2", "3"]),
    new Option("--region <region>", "AWS region of everything that is created"),
    new Option("--workspace <workspace>", "workspace of Prefect Cloud: account/name, its id or its address"),
    new Option("--api-url <url>", "API of a Prefect server you host, instead of a workspace"),
    new Option("--vpc <vpc>", "new, default (the region's default VPC), or the id of a VPC"),
    new Option("--work-pool <name>", "work pool to serve"),
    new Option("--worker <name>", "name of the worker"),
    new Option("-y, --yes", "take the recommended answer to every question"),
    jsonOption(),
  ],
  handler: async () => (await import("../handlers/init.ts")).runInit,
};
