/** Whose move it is: the user's input, the machine or service around us, or a mistake of ours. */
export type ErrorSource = "user" | "environment" | "bug";

export interface PrefectFargateErrorOptions {
  /** What to type or edit next, as one sentence or a command. */
  readonly hint?: string;
  /** Whose it is to put right. @default "user" */
  readonly source?: ErrorSource;
  /** What was thrown below it. @default - nothing */
  readonly cause?: unknown;
  /** Lines of evidence shown below the message: the end of a log, a command, a list of what was tried. */
  readonly details?: readonly string[];
}

/**
 * Every failure a person can meet. The message says what happened, with the value received;
 * the hint says what to do; the code (`CONFIG_INVALID`) is stable and can be searched for.
 */
export class PrefectFargateError extends Error {
  /** Tells it apart from other errors, also where there are two copies of this package. */
  override readonly name = "PrefectFargateError";
  /** What to tell errors apart by, such as `CONFIG_INVALID`: it stays the same from release to release. */
  readonly code: string;
  /** What to type or edit next. */
  readonly hint: string | undefined;
  /** Whose it is to put right: the user's, the surroundings', or ours. */
  readonly source: ErrorSource;
  /** Lines of evidence; empty where there are none. */
  readonly details: readonly string[];

  constructor(code: string, message: string, options: PrefectFargateErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.hint = options.hint;
    this.source = options.source ?? "user";
    this.details = options.details ?? [];
  }
}

/** The person said no, or pressed Ctrl-C: an ending, not a failure. */
export class Cancelled extends Error {
  /** Tells it apart from failures. */
  override readonly name = "Cancelled";
}
