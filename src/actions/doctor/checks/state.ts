import { access, constants } from "node:fs/promises";
import { dirname, relative } from "node:path";
import type { StateObject } from "#config/state-schema.ts";
import { describePlace } from "../../state/state-place.ts";
import { awsSettings, systemFolder } from "../../user-surroundings.ts";
import { awsTrouble } from "../aws-trouble.ts";
import { type Check, type Finding, ok, problem, warning } from "../check.ts";
import type { DoctorContext } from "../context.ts";

/** After this a lock is more likely left over than held: an apply of a whole system takes minutes. */
const LONG_HELD_MINUTES = 60;

/** Where Terraform's state is kept, whether it can be written, and whether somebody is at work on it. */
export const stateCheck: Check = {
  name: "state",
  async run(context) {
    const { state } = context.config;
    if (state === undefined) return checkFolder(context);
    try {
      return await checkBucket(state, awsSettings(context.env));
    } catch (error) {
      return awsTrouble(error, `looking at the bucket ${state.bucket}`);
    }
  },
};

async function checkFolder(context: DoctorContext): Promise<Finding> {
  const folder = systemFolder(context);
  const project = dirname(folder);
  const shown = relative(context.cwd, folder) || folder;
  try {
    await access(project, constants.W_OK);
  } catch {
    return problem(
      `${project} cannot be written, and the state belongs there.`,
      "Give yourself access to it",
    );
  }
  return ok(`${shown}/terraform.tfstate, on this machine only`);
}

async function checkBucket(state: StateObject, env: Readonly<Record<string, string>>): Promise<Finding> {
  const { bucketFaults, inspectBucket } = await import("../../state/inspect-bucket.ts");
  const look = await inspectBucket(state, env);
  if (look.kind === "missing")
    return problem(`The bucket ${state.bucket} does not exist.`, "prefect-fargate bootstrap makes it");
  if (look.kind === "denied")
    return problem(
      `The bucket ${state.bucket} is somebody else's, or these credentials may not use it.`,
      "Choose another state.bucket in the config, or use the account that it is in: export AWS_PROFILE=…",
    );
  const faults = bucketFaults(look);
  const { readLock } = await import("../../state/read-lock.ts");
  const lock = await readLock(state, env);
  const place = describePlace({ kind: "s3", ...state });
  if (lock) {
    const minutes = Math.floor((Date.now() - lock.since.getTime()) / 60_000);
    return warning(
      `${place} is locked by ${lock.who} since ${lock.since.toISOString()}.`,
      minutes < LONG_HELD_MINUTES
        ? "Wait for it to end"
        : `Ask ${lock.who}; if no one is at work any more, run prefect-fargate plan, which says how to unlock it`,
      faults,
    );
  }
  return faults.length > 0
    ? warning(
        `${place} is in a bucket that could keep it better.`,
        "Mend the bucket where it was made",
        faults,
      )
    : ok(`${place}, locked while somebody works on it`);
}
