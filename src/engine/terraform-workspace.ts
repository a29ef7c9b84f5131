import { join } from "node:path";
import { PrefectFargateError } from "#errors";
import { type ChangeCounts, type Diagnostic, type OutputChange, readDiagnostic } from "./events.ts";
import { ensureRoom } from "./file-problem.ts";
import { isInitialized, markInitialized } from "./init-stamp.ts";
import { parseDocument } from "./json-document.ts";
import { singlePlatformProviders } from "./lock-file.ts";
import { type Plan, PlanReader } from "./plan.ts";
import { type PlanJson, withAttributes } from "./plan-attributes.ts";
import { configureProviderSource } from "./provider-installation.ts";
import {
  chooseProviderSource,
  needsAwsProvider,
  type ProviderSource,
  reportProviderSource,
} from "./provider-source.ts";
import { createRedactor, redactDeeply } from "./redact.ts";
import type { RunContext } from "./run-context.ts";
import { createRunFolder, removeFolder } from "./run-folder.ts";
import { askTerraform, runTerraform, type TerraformResult } from "./run-terraform.ts";
import { ERRORED_STATE, recoverErroredState, saveStateDump } from "./state-recovery.ts";
import { terraformEnvironment } from "./terraform-environment.ts";
import { terraformFailure, wantsInit } from "./terraform-failure.ts";
import { terraformPlatform } from "./terraform-release.ts";
import type {
  ApplySummary,
  InitResult,
  OnEvent,
  PlanOptions,
  Workspace,
  WorkspaceOptions,
} from "./workspace-contract.ts";

/** Terraform moves a state only without `-json`; whether it may, whoever calls has asked. */
const MOVE_STATE = ["init", "-migrate-state", "-force-copy", "-input=false", "-no-color"];

/** A workspace as Terraform's commands make it. Opened by openWorkspace. */
export class TerraformWorkspace implements Workspace {
  readonly #options: WorkspaceOptions;
  readonly #context: RunContext;
  readonly #plans = new Map<string, string>();
  /** By us, and not only as far as the stamp of an earlier run tells. */
  #isInitialized = false;

  constructor(options: WorkspaceOptions) {
    this.#options = options;
    const { terraform, dir, signal, forceSignal, secrets = [] } = options;
    this.#context = { terraform, dir, signal, forceSignal, redact: createRedactor(secrets) };
  }

  async init(): Promise<InitResult> {
    const { dir, terraform, reporter } = this.#options;
    if (isInitialized(dir, terraform)) {
      await recoverErroredState(this.#context, this.#environment(), reporter);
      return { skipped: true, providerSource: undefined };
    }
    return { skipped: false, providerSource: await this.#initialize() };
  }

  async moveState(): Promise<void> {
    await this.#initialize({ moveState: true });
  }

  async validate(): Promise<void> {
    const result = await askTerraform(this.#context, ["validate", "-json", "-no-color"], this.#environment());
    const { diagnostics = [] } =
      parseDocument<{ diagnostics?: Record<string, unknown>[] }>(result.stdout) ?? {};
    const errors = diagnostics
      .map((item) => readDiagnostic(item))
      .filter(({ severity }) => severity === "error");
    if (!result.succeeded) throw this.#failure({ ...result, errors: errors.map(this.#redacted) });
  }

  async plan(options: PlanOptions = {}, onEvent: OnEvent = () => {}): Promise<Plan> {
    ensureRoom(this.#options.dir);
    const folder = createRunFolder(this.#options.dir);
    const file = join(folder, "plan.tfplan");
    this.#plans.set(file, folder);
    try {
      const flags = [
        ...(options.destroy ? ["-destroy"] : []),
        ...(options.refresh === false ? ["-refresh=false"] : []),
        ...(options.replace ?? []).map((address) => `-replace=${address}`),
        ...(options.only ?? []).map((address) => `-target=${address}`),
      ];
      const reader = new PlanReader();
      await this.#run(
        ["plan", "-json", "-input=false", ...this.#lockFlags(), ...flags, `-out=${file}`],
        (event) => {
          reader.add(event);
          onEvent(event);
        },
      );
      const plan = reader.finish(file);
      const wanted = options.details === "always" || (options.details !== undefined && !plan.empty);
      return wanted ? await this.#addDetails(plan) : plan;
    } catch (error) {
      this.#drop(file);
      throw error;
    }
  }

  async apply(plan: Plan, onEvent?: OnEvent): Promise<ApplySummary> {
    try {
      return await this.#change(["apply", "-json", "-input=false", ...this.#lockFlags(), plan.file], onEvent);
    } finally {
      this.#drop(plan.file);
    }
  }

  async destroy(onEvent?: OnEvent): Promise<ApplySummary> {
    const args = ["apply", "-destroy", "-auto-approve", "-json", "-input=false", ...this.#lockFlags()];
    return this.#change(args, onEvent);
  }

  async outputs(): Promise<Record<string, unknown>> {
    const result = await askTerraform(this.#context, ["output", "-json", "-no-color"], this.#environment());
    if (!result.succeeded) throw this.#failure(result);
    const outputs = parseDocument<Record<string, { value: unknown }>>(result.stdout) ?? {};
    return Object.fromEntries(Object.entries(outputs).map(([name, { value }]) => [name, value]));
  }

  async stateResources(): Promise<string[]> {
    const result = await askTerraform(this.#context, ["state", "list", "-no-color"], this.#environment());
    if (result.succeeded) return result.stdout.split("\n").filter((line) => line !== "");
    if (result.lastWords.some((line) => line.includes("No state file was found"))) return [];
    throw this.#failure(result);
  }

  discard(plan: Plan): void {
    this.#drop(plan.file);
  }

  close(): void {
    for (const file of this.#plans.keys()) this.#drop(file);
  }

  async #initialize({ moveState = false } = {}): Promise<ProviderSource | undefined> {
    const { dir, terraform, reporter, mirrorRoots } = this.#options;
    const env = this.#environment();
    const sourceOptions = { dir, terraform, env, roots: mirrorRoots };
    const source = needsAwsProvider(dir) ? await chooseProviderSource(sourceOptions) : undefined;
    const folder = createRunFolder(dir);
    try {
      const file = source && configureProviderSource(source, join(folder, "cli.tfrc"), sourceOptions);
      const configured = file === undefined ? env : { ...env, TF_CLI_CONFIG_FILE: file };
      const result = moveState
        ? await askTerraform(this.#context, MOVE_STATE, configured)
        : await runTerraform(this.#context, this.#initArguments(), configured);
      if (!result.succeeded) throw this.#failure(result);
      if (source !== undefined) reportProviderSource(source, reporter);
      this.#reportLockFile(result.warnings);
    } finally {
      removeFolder(folder);
    }
    await recoverErroredState(this.#context, env, reporter);
    markInitialized(dir, terraform);
    this.#isInitialized = true;
    return source;
  }

  #initArguments(): string[] {
    return ["init", "-json", "-input=false", ...(this.#options.reconfigure ? ["-reconfigure"] : [])];
  }

  /** Terraform warns only when it has just recorded a provider whose other platforms it cannot know. */
  #reportLockFile(warnings: readonly Diagnostic[]): void {
    if (!warnings.some(({ summary }) => summary.startsWith("Incomplete lock file information"))) return;
    for (const { source, version } of singlePlatformProviders(this.#options.dir)) {
      this.#options.reporter.note(
        `The lock file covers ${source} ${version} for ${terraformPlatform()} only, as it comes from a mirror.`,
      );
    }
  }

  async #addDetails(plan: Plan): Promise<Plan> {
    const result = await askTerraform(
      this.#context,
      ["show", "-json", "-no-color", plan.file],
      this.#environment(),
    );
    const json = result.succeeded ? parseDocument<PlanJson>(result.stdout) : undefined;
    if (json === undefined) throw this.#failure(result);
    return withAttributes(plan, redactDeeply(json, this.#context.redact));
  }

  async #change(args: readonly string[], onEvent: OnEvent = () => {}): Promise<ApplySummary> {
    ensureRoom(this.#options.dir);
    const start = performance.now();
    let counts: ChangeCounts = { add: 0, change: 0, remove: 0, import: 0 };
    let outputs: Readonly<Record<string, OutputChange>> = {};
    await this.#run(args, (event) => {
      if (event.type === "change_summary" && event.operation !== "plan") counts = event.changes;
      if (event.type === "outputs") outputs = event.outputs;
      onEvent(event);
    });
    return {
      added: counts.add,
      changed: counts.change,
      destroyed: counts.remove,
      imported: counts.import,
      seconds: (performance.now() - start) / 1000,
      outputs: toldValues(outputs),
    };
  }

  /** Runs plan or apply; should it turn out that a skipped `init` was needed after all, that is made up for. */
  async #run(args: readonly string[], onEvent?: OnEvent): Promise<void> {
    const env = this.#environment(this.#options.variables);
    let result = await runTerraform(this.#context, args, env, onEvent);
    if (!result.succeeded && !this.#isInitialized && wantsInit(result)) {
      await this.#initialize();
      result = await runTerraform(this.#context, args, env, onEvent);
    }
    if (result.stateDump !== undefined) throw this.#unsavedState(result);
    if (!result.succeeded) throw this.#failure(result);
  }

  #unsavedState(result: TerraformResult): PrefectFargateError {
    const { dir, terraform } = this.#options;
    const file = saveStateDump(dir, result.stateDump);
    const cause = terraformFailure({ terraform, dir, result });
    const place = join(dir, ERRORED_STATE);
    // Where no file takes it, the screen is the last place left.
    const kept = file === undefined ? [`state: ${JSON.stringify(result.stateDump)}`] : [];
    const source = file ?? "the text after “state:”";
    const bringBack = file === place ? "" : `put ${source} into ${place}, `;
    return new PrefectFargateError(
      "STATE_NOT_SAVED",
      `Terraform could not save its state; it is kept in ${source}. ${cause.message}`,
      {
        source: "environment",
        cause,
        details: [...cause.details, ...kept],
        hint: `Mend the cause, ${bringBack}and run this again: it puts the state where it belongs first.`,
      },
    );
  }

  #environment(variables: Readonly<Record<string, string>> = {}): Record<string, string> {
    return terraformEnvironment(this.#options.env, variables);
  }

  #lockFlags(): string[] {
    const { lockTimeoutSeconds = 0 } = this.#options;
    return lockTimeoutSeconds > 0 ? [`-lock-timeout=${lockTimeoutSeconds}s`] : [];
  }

  readonly #redacted = (diagnostic: Diagnostic): Diagnostic => ({
    ...diagnostic,
    summary: this.#context.redact(diagnostic.summary),
    detail: this.#context.redact(diagnostic.detail),
  });

  #failure(result: TerraformResult): PrefectFargateError {
    const { terraform, dir } = this.#options;
    return terraformFailure({ terraform, dir, result });
  }

  #drop(file: string): void {
    const folder = this.#plans.get(file);
    if (folder !== undefined) removeFolder(folder);
    this.#plans.delete(file);
  }
}

/** What an apply says of outputs, if it says all of it: the values of sensitive ones are left out. */
function toldValues(
  outputs: Readonly<Record<string, OutputChange>>,
): Readonly<Record<string, unknown>> | undefined {
  const told = Object.entries(outputs);
  if (told.some(([, { sensitive }]) => sensitive)) return undefined;
  return Object.fromEntries(told.map(([name, { value }]) => [name, value]));
}
