import type { TerraformBinary } from "#engine/find-terraform.ts";

/**
 * Where an action works: which folder, which Terraform, which AWS. `deploy` fills it from the user's shell,
 * `rehearse` with an emulator's endpoints; the actions cannot tell the difference.
 */
export interface Surroundings {
  /** The folder of Terraform files: written by us, read by Terraform. */
  readonly dir: string;
  /**
   * The project the system belongs to. Its lock file decides which provider is used.
   * @default - none: a rehearsal
   */
  readonly projectDir?: string;
  /** The Terraform or OpenTofu that does the work. */
  readonly terraform: TerraformBinary;
  /** AWS settings for Terraform and for our own clients, such as `AWS_PROFILE` or `AWS_ENDPOINT_URL`. */
  readonly env: Readonly<Record<string, string>>;
  /** The Prefect API key, or with `auth: "basic"` user name and password. It goes to Prefect's API and, as an ephemeral variable, to Terraform; nowhere else. */
  readonly apiKey: string | undefined;
  /** How long to wait while somebody else holds the state's lock. @default 0 */
  readonly lockTimeoutSeconds?: number;
  /** Interrupts whatever is done in these surroundings. @default - nothing does */
  readonly signal?: AbortSignal;
}
