import type { CommandSpec } from "../command-spec.ts";
import { configOption, envOption, jsonOption, yesOption } from "../shared-options.ts";

export interface BootstrapCommandOptions {
  readonly yes?: boolean;
  readonly config?: string;
  readonly env?: string;
  readonly json?: boolean;
}

export const bootstrap: CommandSpec<BootstrapCommandOptions> = {
  name: "bootstrap",
  summary: "make the state's bucket and a pipeline's roles, and move the state",
  description:
    "Makes what the config's state and pipeline need before a deploy: the S3 bucket (versioned, encrypted, closed to the public, TLS " +
    "only), and for an environment with a pipeline the OIDC provider, the roles that plan and apply, and the secret with the " +
    "Prefect key. Then moves the system's state to where the config keeps it, or back to this machine. Done again, it does what is missing.",
  examples: [
    { does: "Make the bucket that the config names, and move the state into it", command: "bootstrap" },
    {
      does: "Make what the pipeline of prod needs, without a question",
      command: "bootstrap --env prod --yes",
    },
  ],
  options: [yesOption(), configOption(), envOption(), jsonOption()],
  onInterrupt:
    "Letting Terraform finish what it has begun; run bootstrap again to go on. Press Ctrl-C again to leave at once.",
  handler: async () => (await import("../handlers/bootstrap.ts")).runBootstrap,
};
