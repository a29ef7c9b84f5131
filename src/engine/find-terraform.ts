import { accessSync, constants, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, delimiter, join, resolve } from "node:path";
import { execa } from "execa";
import { gte, valid } from "semver";
import { PrefectFargateError } from "#errors";
import { parseDocument } from "./json-document.ts";
import { terraformEnvironment } from "./terraform-environment.ts";
import { OLDEST_TERRAFORM } from "./terraform-release.ts";

export interface TerraformBinary {
  readonly path: string;
  readonly product: "terraform" | "tofu";
  readonly version: string;
}

export interface FindTerraformOptions {
  /** @default process.env; PATH and PREFECT_FARGATE_TERRAFORM are read from it */
  readonly env?: NodeJS.ProcessEnv;
  /** @default "1.11.0", for both products */
  readonly minimum?: string;
}

/** Long enough for a cold start from a network disk. */
const VERSION_TIMEOUT_MS = 20_000;

export const INSTALL_HINT =
  "Install Terraform 1.11 or newer (https://developer.hashicorp.com/terraform/install) or OpenTofu 1.11 or newer " +
  "(https://opentofu.org/docs/intro/install), or set PREFECT_FARGATE_TERRAFORM=/path/to/terraform.";

/**
 * Finds the program that does the work: `terraform` on the PATH, else `tofu`; PREFECT_FARGATE_TERRAFORM names
 * another one. One that is too old or broken is passed over if the other will do.
 *
 * @throws TERRAFORM_MISSING, TERRAFORM_TOO_OLD, TERRAFORM_BROKEN
 */
export async function findTerraform(options: FindTerraformOptions = {}): Promise<TerraformBinary> {
  const { env = process.env, minimum = OLDEST_TERRAFORM } = options;
  const failures: PrefectFargateError[] = [];
  for (const path of candidates(env)) {
    try {
      return await inspectTerraform(path, minimum);
    } catch (error) {
      if (!(error instanceof PrefectFargateError)) throw error;
      failures.push(error);
    }
  }
  throw failures[0] ?? missing();
}

/** What to type for it in a shell: its name where the PATH leads to it, else its path. */
export function typedName({ path, product }: TerraformBinary, env: NodeJS.ProcessEnv = process.env): string {
  return onPath(product, env) === path ? product : path;
}

/** Asks one program what it is, and refuses what cannot do the job. */
export async function inspectTerraform(
  path: string,
  minimum: string = OLDEST_TERRAFORM,
): Promise<TerraformBinary> {
  const answer = await ask(path, ["version", "-json"]);
  const version = reportedVersion(answer);
  if (version === undefined) {
    throw broken(path, `answered ${JSON.stringify(answer.slice(0, 200))} to "version -json"`);
  }
  const product = await productOf(path);
  if (!gte(version, minimum)) {
    const name = product === "tofu" ? "OpenTofu" : "Terraform";
    throw new PrefectFargateError(
      "TERRAFORM_TOO_OLD",
      `${path} is ${name} ${version}; ${minimum} or newer is needed, as older ones would keep the API key in the state.`,
      { source: "environment", hint: INSTALL_HINT },
    );
  }
  return { path, product, version };
}

function candidates(env: NodeJS.ProcessEnv): string[] {
  const chosen = env.PREFECT_FARGATE_TERRAFORM;
  if (chosen) {
    const path = /[\\/]/.test(chosen) ? executable(resolve(chosen), env) : onPath(chosen, env);
    if (path !== undefined) return [path];
    throw new PrefectFargateError(
      "TERRAFORM_MISSING",
      `PREFECT_FARGATE_TERRAFORM names ${JSON.stringify(chosen)}, which is not a program that can be run.`,
      {
        source: "environment",
        hint: "Set it to the path of terraform or tofu, or unset PREFECT_FARGATE_TERRAFORM.",
      },
    );
  }
  return ["terraform", "tofu"].flatMap((name) => onPath(name, env) ?? []);
}

function onPath(name: string, env: NodeJS.ProcessEnv): string | undefined {
  for (const dir of (env.PATH ?? env.Path ?? "").split(delimiter)) {
    const found = dir === "" ? undefined : executable(resolve(dir, name), env);
    if (found !== undefined) return found;
  }
  return undefined;
}

function executable(path: string, env: NodeJS.ProcessEnv): string | undefined {
  const suffixes = process.platform === "win32" ? ["", ...(env.PATHEXT ?? ".EXE;.CMD").split(";")] : [""];
  return suffixes.map((suffix) => path + suffix).find(canRun);
}

function canRun(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

async function ask(path: string, args: string[]): Promise<string> {
  // An empty place to stand in: in a project's folder Terraform would also read what is installed there.
  const result = await execa(path, args, {
    cwd: tmpdir(),
    env: terraformEnvironment(),
    extendEnv: false,
    timeout: VERSION_TIMEOUT_MS,
    reject: false,
    stdin: "ignore",
    cleanup: false,
  });
  if (result.timedOut)
    throw broken(path, `did not answer "${args.join(" ")}" within ${VERSION_TIMEOUT_MS / 1000} s`);
  if (result.failed) {
    const said = result.stderr || result.stdout || result.originalMessage || "nothing";
    const ending = result.signal
      ? `was ended by ${result.signal}`
      : `ended with exit status ${result.exitCode ?? "none"}`;
    throw broken(
      path,
      `${ending} on "${args.join(" ")}" and said: ${said.trim().slice(0, 300)}`,
      result.cause,
    );
  }
  return result.stdout;
}

function reportedVersion(answer: string): string | undefined {
  const { terraform_version: version } = parseDocument<{ terraform_version?: unknown }>(answer) ?? {};
  return typeof version === "string" ? (valid(version) ?? undefined) : undefined;
}

/** Both products answer `version -json` alike, so a renamed program is asked for its name. */
async function productOf(path: string): Promise<TerraformBinary["product"]> {
  const name = basename(path).toLowerCase();
  if (/^terraform(\.exe)?$/.test(name)) return "terraform";
  if (/^tofu(\.exe)?$/.test(name)) return "tofu";
  return /^OpenTofu v/m.test(await ask(path, ["version"])) ? "tofu" : "terraform";
}

function missing(): PrefectFargateError {
  return new PrefectFargateError("TERRAFORM_MISSING", "Neither terraform nor tofu is on the PATH.", {
    source: "environment",
    hint: INSTALL_HINT,
  });
}

function broken(path: string, what: string, cause?: unknown): PrefectFargateError {
  return new PrefectFargateError("TERRAFORM_BROKEN", `${path} ${what}.`, {
    source: "environment",
    cause,
    hint: `Try \`${join(path)} version\` yourself. ${INSTALL_HINT}`,
  });
}
