/** Whose move it is: the user's input, the machine or service around us, or a mistake of ours. */
export type ErrorSource = "user" | "environment" | "bug";

export interface PrefectFargateErrorOptions {
  /** What to type or edit next, as one sentence or a command. */
  readonly hint?: string;
  /** @default "user" */
  readonly source?: ErrorSource;
  readonly cause?: unknown;
  /** Lines of evidence shown below the message: the end of a log, a command, a list of what was tried. */
  readonly details?: readonly string[];
}

/**
 * Every failure a person can meet. The message says what happened, with the value received;
 * the hint says what to do; the code (`CONFIG_INVALID`) is stable and can be searched for.
 */
export class PrefectFargateError extends Error {
  override readonly name = "PrefectFargateError";
  readonly code: string;
  readonly hint: string | undefined;
  readonly source: ErrorSource;
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
  override readonly name = "Cancelled";
}
