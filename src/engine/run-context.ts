import type { TerraformBinary } from "./find-terraform.ts";
import type { Redactor } from "./redact.ts";

/** What every run in one workspace shares. */
export interface RunContext {
  readonly terraform: TerraformBinary;
  readonly dir: string;
  readonly redact: Redactor;
  /** Asks Terraform to stop in good order: it lets go of what it is doing, writes the state and ends. */
  readonly signal?: AbortSignal;
  /** Asks it to stop at once, as a second Ctrl-C does. What was being created may be missing from the state. */
  readonly forceSignal?: AbortSignal;
}
