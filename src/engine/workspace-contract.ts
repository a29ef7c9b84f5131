import type { Reporter } from "#reporter";
import type { TerraformEvent } from "./events.ts";
import type { TerraformBinary } from "./find-terraform.ts";
import type { Plan } from "./plan.ts";
import type { ProviderSource } from "./provider-source.ts";
import type { ExtraEnvironment } from "./terraform-environment.ts";

export interface WorkspaceOptions {
  /** The folder with the Terraform files; state, lock file and `.terraform` lie there as well. */
  readonly dir: string;
  readonly terraform: TerraformBinary;
  /** Added to the shell's environment, e.g. AWS_ENDPOINT_URL; undefined takes a variable out of it. */
  readonly env?: ExtraEnvironment;
  /** Values of the root's variables, as text. They reach Terraform as TF_VAR_…, never as arguments. */
  readonly variables?: Readonly<Record<string, string>>;
  /** Taken out of every event, message and error, in whatever form they are written. */
  readonly secrets?: readonly string[];
  readonly reporter: Reporter;
  /** Stops what is running in good order, with its state written; then it ends as `Cancelled`. */
  readonly signal?: AbortSignal;
  /** Stops it at once, as a second Ctrl-C does; what was being created may be missing from the state. */
  readonly forceSignal?: AbortSignal;
  /** How long to wait for someone else's lock on the state. @default 0 */
  readonly lockTimeoutSeconds?: number;
  /** The state is kept elsewhere than at the last `init`, and nothing is left to be moved there. @default false */
  readonly reconfigure?: boolean;
  /** @default where the provider is looked for, see ProviderSourceOptions */
  readonly mirrorRoots?: readonly string[];
}

export interface InitResult {
  /** Nothing had changed since the last time, so Terraform was not asked. */
  readonly skipped: boolean;
  /** Undefined where nothing was installed, or nothing from AWS is configured. */
  readonly providerSource: ProviderSource | undefined;
}

export interface ApplySummary {
  readonly added: number;
  readonly changed: number;
  readonly destroyed: number;
  readonly imported: number;
  readonly seconds: number;
  /**
   * Values of the root's outputs, as Terraform told them at the end, with secrets taken out. Undefined where one of them
   * is sensitive, as those are not told; then ask for `outputs()`, which starts Terraform once more.
   */
  readonly outputs: Readonly<Record<string, unknown>> | undefined;
}

export interface PlanOptions {
  readonly destroy?: boolean;
  /** @default true: what exists is read again */
  readonly refresh?: boolean;
  /** Addresses of resources that are made anew although nothing about them changed. */
  readonly replace?: readonly string[];
  /** Addresses to which the plan is limited, together with what they depend on. @default - everything */
  readonly only?: readonly string[];
  /**
   * Also values, outputs, which attributes change, and all resources as they would be. Loading the provider once more for it takes
   * two seconds, so it can be left out where nothing changes. @default - none of it
   */
  readonly details?: "always" | "when-something-changes";
}

/** A folder of Terraform files, ready to be planned and applied. */
export interface Workspace {
  /** Installs provider and modules and prepares the backend, where something changed since the last time. */
  init(): Promise<InitResult>;
  /** Like `init`, and takes the state along from where it was kept until now. What is at the new place is replaced. */
  moveState(): Promise<void>;
  validate(): Promise<void>;
  /** Compares what is configured with what exists. The plan's file is removed by apply, discard or close. */
  plan(options?: PlanOptions, onEvent?: OnEvent): Promise<Plan>;
  apply(plan: Plan, onEvent?: OnEvent): Promise<ApplySummary>;
  /** Plans and destroys in one go, without a plan to look at. */
  destroy(onEvent?: OnEvent): Promise<ApplySummary>;
  /** Values of the root's outputs, sensitive ones too. */
  outputs(): Promise<Record<string, unknown>>;
  /** Addresses of all resources in the state; none where there is no state yet. */
  stateResources(): Promise<string[]>;
  /** Drops a plan that is not applied. */
  discard(plan: Plan): void;
  /** Drops what is left of plans. */
  close(): void;
}

/** Takes what Terraform says while it works; see withProgress. */
export type OnEvent = (event: TerraformEvent) => void;
