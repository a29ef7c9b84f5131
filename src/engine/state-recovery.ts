import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PrefectFargateError } from "#errors";
import type { Reporter } from "#reporter";
import { typedName } from "./find-terraform.ts";
import type { RunContext } from "./run-context.ts";
import { askTerraform } from "./run-terraform.ts";
import { terraformFailure } from "./terraform-failure.ts";

/** Terraform writes the state here when the place it belongs to does not take it. */
export const ERRORED_STATE = "errored.tfstate";

const LOCAL_STATE = "terraform.tfstate";

/**
 * Brings a state that an earlier run could not save to where it belongs. Terraform itself refuses it when the state
 * has moved on since; then a person has to decide.
 *
 * @throws STATE_NOT_RECOVERED, STATE_DAMAGED
 */
export async function recoverErroredState(
  context: RunContext,
  env: Readonly<Record<string, string>>,
  reporter: Reporter,
): Promise<void> {
  const file = join(context.dir, ERRORED_STATE);
  if (isFile(file)) {
    if (!isState(file)) throw damaged(context, file);
    setDamagedStateAside(context.dir, reporter);
    const result = await askTerraform(context, ["state", "push", "-no-color", ERRORED_STATE], env);
    if (!result.succeeded) throw notRecovered(context, result);
    rmSync(file);
    reporter.note(`The state that an earlier run could not save (${ERRORED_STATE}) is in its place now.`);
  }
  const local = join(context.dir, LOCAL_STATE);
  if (existsSync(local) && readFileSync(local).length > 0 && !isState(local)) throw damaged(context, local);
}

/**
 * Writes down a state that Terraform could save nowhere, not even in `errored.tfstate`.
 *
 * @returns where it is; undefined where no folder takes it, not even the one for temporary files
 */
export function saveStateDump(dir: string, state: unknown): string | undefined {
  const text = `${JSON.stringify(state, null, 2)}\n`;
  const folders = [() => dir, () => mkdtempSync(join(tmpdir(), "prefect-fargate-state-"))];
  for (const folder of folders) {
    let file: string | undefined;
    try {
      file = join(folder(), ERRORED_STATE);
      writeFileSync(file, text, { mode: 0o600 });
      return file;
    } catch {
      // Half a state, Terraform's or ours, would be taken for damage by the next run.
      if (file !== undefined && isFile(file)) rmSync(file);
    }
  }
  return undefined;
}

const isFile = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isFile() === true;

function isState(file: string): boolean {
  try {
    return typeof JSON.parse(readFileSync(file, "utf8")).version === "number";
  } catch {
    return false;
  }
}

/** A disk that filled up leaves half a file, which would keep the whole one from being put in its place. */
function setDamagedStateAside(dir: string, reporter: Reporter): void {
  const local = join(dir, LOCAL_STATE);
  if (!existsSync(local) || isState(local)) return;
  const aside = `${local}.damaged-${Date.now()}`;
  renameSync(local, aside);
  const backup = `${local}.backup`;
  if (existsSync(backup) && isState(backup)) copyFileSync(backup, local);
  reporter.warn(`${LOCAL_STATE} was damaged; it is kept as ${aside}.`);
}

function damaged({ dir }: RunContext, file: string): PrefectFargateError {
  return new PrefectFargateError(
    "STATE_DAMAGED",
    `${file} is no Terraform state: it was cut off or overwritten.`,
    {
      source: "environment",
      hint: `Put a whole state in its place, for example \`cp ${join(dir, LOCAL_STATE)}.backup ${join(dir, LOCAL_STATE)}\`, and remove ${ERRORED_STATE} if it is the one that is damaged.`,
    },
  );
}

function notRecovered(
  context: RunContext,
  result: Parameters<typeof terraformFailure>[0]["result"],
): PrefectFargateError {
  const { terraform, dir } = context;
  const cause = terraformFailure({ terraform, dir, result });
  if (cause.code === "STATE_LOCKED") return cause;
  return new PrefectFargateError(
    "STATE_NOT_RECOVERED",
    `An earlier run could not save its state and left it in ${join(dir, ERRORED_STATE)}; it does not fit the state that is there now.`,
    {
      source: "environment",
      cause,
      details: cause.details,
      hint: `Compare the two. To use the left one, run \`${typedName(terraform)} -chdir=${dir} state push -force ${ERRORED_STATE}\`; to drop it, remove the file.`,
    },
  );
}
