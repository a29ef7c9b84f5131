import { Option } from "commander";
import type { CommandSpec } from "../command-spec.ts";
import { configOption, envOption, jsonOption } from "../shared-options.ts";

export interface RotateKeyCommandOptions {
  readonly restartOnly?: boolean;
  readonly writeExistingSecret?: boolean;
  readonly yes?: boolean;
  readonly config?: string;
  readonly env?: string;
  readonly json?: boolean;
}

export const rotateKey: CommandSpec<RotateKeyCommandOptions> = {
  name: "rotate-key",
  summary: "put a new Prefect API key in place, without losing a run",
  description:
    "Tries the new key with Prefect, writes it into the secret through Terraform, restarts the workers, and services with access to Prefect, and waits until they are ONLINE " +
    "with it; otherwise the old key is put back. Flow runs under way go on with the key they began with. The new key is taken from " +
    "PREFECT_NEW_API_KEY, or asked for, or is this shell's key where the secret has another one. It is never an argument.",
  examples: [
    { does: "Be asked for the new key", command: "rotate-key" },
    {
      does: "Restart the workers after someone else has changed the secret",
      command: "rotate-key --restart-only --yes",
    },
  ],
  options: [
    new Option("--restart-only", "only restart the workers, with the key that is in the secret"),
    new Option(
      "--write-existing-secret",
      "also write a secret that the config only reads (apiKey.secretArn)",
    ),
    new Option("-y, --yes", "do not ask before the key is replaced"),
    configOption(),
    envOption(),
    jsonOption(),
  ],
  onInterrupt: "Going back to the old key; press Ctrl-C again to leave it as it is.",
  handler: async () => (await import("../handlers/rotate-key.ts")).runRotateKey,
};
