import { PrefectFargateError } from "#errors";
import { type TerraformBinary, typedName } from "./find-terraform.ts";

/** Who holds the state, in Terraform's words. */
export interface StateLock {
  readonly id: string;
  /** `ada@laptop` */
  readonly who: string;
  /** `OperationTypeApply` */
  readonly operation: string;
  readonly created: string;
  /** The file or the S3 object that is locked. */
  readonly path: string;
}

/** Finds the lock's description in the detail of "Error acquiring the state lock". */
export function readStateLock(message: string): StateLock | undefined {
  if (!/state lock|state is already locked/i.test(message)) return undefined;
  const field = (name: string) => new RegExp(`^\\s*${name}:[ \\t]*(.+?)\\s*$`, "m").exec(message)?.[1];
  const id = field("ID");
  if (id === undefined) return undefined;
  return {
    id,
    who: field("Who") ?? "someone",
    operation: field("Operation") ?? "",
    created: field("Created") ?? "",
    path: field("Path") ?? "",
  };
}

/** Says who holds the lock since when, and what can be done about it. */
export function stateLocked(
  lock: StateLock,
  where: { readonly terraform: TerraformBinary; readonly dir: string; readonly details: readonly string[] },
): PrefectFargateError {
  const since = describeTime(lock.created);
  const doing = describeOperation(lock.operation);
  return new PrefectFargateError(
    "STATE_LOCKED",
    `The state${lock.path === "" ? "" : ` ${lock.path}`} is locked by ${lock.who}, who is ${doing}${since}.`,
    {
      source: "environment",
      details: [`lock: ${lock.id}`, ...where.details],
      hint:
        "Wait for it to end. Only if you are sure that no one is at work any more: " +
        `\`${typedName(where.terraform)} -chdir=${where.dir} force-unlock ${lock.id}\`.`,
    },
  );
}

const OPERATIONS: Readonly<Record<string, string>> = {
  OperationTypeApply: "applying changes",
  OperationTypePlan: "making a plan",
  OperationTypeRefresh: "reading what exists",
};

function describeOperation(operation: string): string {
  return OPERATIONS[operation] ?? (operation === "" ? "at work" : `at work (${operation})`);
}

/** Go prints `2026-11-23 19:02:29.940365739 +0000 UTC`. */
function describeTime(created: string): string {
  const [, day, time] = /^(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2}:\d{2})/.exec(created) ?? [];
  if (day === undefined) return "";
  const minutes = Math.floor((Date.now() - Date.parse(`${day}T${time}Z`)) / 60_000);
  const ago =
    minutes < 1 ? "just now" : minutes < 120 ? `${minutes} min ago` : `${Math.floor(minutes / 60)} h ago`;
  return `, since ${day} ${time} UTC (${ago})`;
}
