import { Option } from "commander";
import type { CommandSpec } from "../command-spec.ts";
import { configOption, envOption, jsonOption, yesOption } from "../shared-options.ts";

export interface UpgradeCommandOptions {
  readonly back?: boolean;
  readonly yes?: boolean;
  readonly config?: string;
  readonly env?: string;
  readonly json?: boolean;
}

export const upgrade: CommandSpec<UpgradeCommandOptions> = {
  name: "upgrade",
  summary: "go from Prefect 2 to Prefect 3, with a way back",
  description:
    "Shows what changes with the version (image, integration, job template, how crashed runs are noticed, and deployments that " +
    "belong to the other one), deploys it, and ends when every worker is ONLINE with it; otherwise Prefect 2 is deployed again and the work " +
    "pools get their job templates back. Then the config says version 3: it is edited where that is safe, else the edit is told.",
  examples: [
    { does: "Go to Prefect 3", command: "upgrade" },
    { does: "Go back to Prefect 2", command: "upgrade --back" },
  ],
  options: [
    new Option("--back", "go back from Prefect 3 to Prefect 2"),
    yesOption(),
    configOption(),
    envOption(),
    jsonOption(),
  ],
  onInterrupt: "Going back to the version before; press Ctrl-C again to leave it as it is.",
  handler: async () => (await import("../handlers/upgrade.ts")).runUpgrade,
};
