import { existsSync } from "node:fs";

/** Variables of ours for one run. `undefined` removes what the shell has set, such as AWS_PROFILE in a rehearsal. */
export type ExtraEnvironment = Readonly<Record<string, string | undefined>>;

/**
 * Settings of the shell that would change what is planned, which state it is compared with or where Terraform
 * keeps its data. They belong to other projects; in ours they would only surprise.
 */
const FOREIGN_SETTINGS = /^(TF_CLI_ARGS(_\w+)?|TF_WORKSPACE|TF_DATA_DIR|TF_IN_AUTOMATION|TF_INPUT)$/;

/** @see https://developer.hashicorp.com/terraform/cli/config/environment-variables */
const AUTOMATION = { TF_IN_AUTOMATION: "1", TF_INPUT: "0", CHECKPOINT_DISABLE: "1" } as const;

const CLI_CONFIG_VARIABLES = ["TF_CLI_CONFIG_FILE", "TERRAFORM_CONFIG"] as const;

/**
 * The environment Terraform runs in. Everything else of the shell is passed on: AWS credentials and regions,
 * proxies, certificates and, deliberately, AWS_MAX_ATTEMPTS, so that retries stay the provider's own on AWS.
 * Values for Terraform variables travel here, as arguments are visible to every user of the machine.
 */
export function terraformEnvironment(
  extra: ExtraEnvironment = {},
  variables: Readonly<Record<string, string>> = {},
  base: NodeJS.ProcessEnv = process.env,
): Record<string, string> {
  const environment: Record<string, string> = {};
  for (const [name, value] of Object.entries(base)) {
    if (value !== undefined && !FOREIGN_SETTINGS.test(name)) environment[name] = value;
  }
  for (const [name, value] of Object.entries(extra)) {
    if (value === undefined) delete environment[name];
    else environment[name] = value;
  }
  // A CLI configuration that is named but missing makes Terraform warn in every run; its absence is what it means.
  for (const name of CLI_CONFIG_VARIABLES) {
    if (environment[name] !== undefined && !existsSync(environment[name])) delete environment[name];
  }
  for (const [name, value] of Object.entries(variables)) environment[`TF_VAR_${name}`] = value;
  return { ...environment, ...AUTOMATION };
}

/** Names in `base` that are kept from Terraform although someone set them, to be said once. */
export function ignoredSettings(base: NodeJS.ProcessEnv = process.env): string[] {
  return Object.keys(base).filter((name) => FOREIGN_SETTINGS.test(name) && !(name in AUTOMATION));
}
