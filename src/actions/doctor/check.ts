import type { PrefectFargateError } from "#errors";
import type { DoctorContext } from "./context.ts";

/** `skipped` is neither good nor bad: it could not be looked at, and the message says why. */
export type FindingStatus = "ok" | "warning" | "problem" | "skipped";

export interface Finding {
  readonly status: FindingStatus;
  /** A whole sentence, or a fact with its value. */
  readonly message: string;
  /** What to type or edit. */
  readonly fix?: string;
  readonly details?: readonly string[];
}

/** One question to the surroundings. It changes nothing and makes nothing. */
export interface Check {
  /** What it is about, in one or two words: the line's head. */
  readonly name: string;
  /** Nothing when the config has no use for what it looks at. What it throws counts as a problem. */
  run(context: DoctorContext): Promise<Finding | readonly Finding[] | undefined>;
}

export const ok = (message: string): Finding => ({ status: "ok", message });
export const skipped = (message: string): Finding => ({ status: "skipped", message });
export const warning = (message: string, fix: string, details: readonly string[] = []): Finding => ({
  status: "warning",
  message,
  fix,
  details,
});
export const problem = (message: string, fix: string, details: readonly string[] = []): Finding => ({
  status: "problem",
  message,
  fix,
  details,
});

/** An error with a sentence of ours, as a line. */
export function problemOf(error: PrefectFargateError): Finding {
  const { message, hint, details } = error;
  return { status: "problem", message, details, ...(hint === undefined ? {} : { fix: hint }) };
}
