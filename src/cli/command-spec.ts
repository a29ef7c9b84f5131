import type { Argument, Command, Option } from "commander";
import type { Reporter } from "#reporter";
import type { Display } from "./display.ts";
import type { Questions } from "./questions.ts";

/** What a command gets to work with. */
export interface CommandContext {
  readonly cwd: string;
  readonly env: Readonly<NodeJS.ProcessEnv>;
  readonly reporter: Reporter;
  /** Aborted by Ctrl-C when the command has an `onInterrupt`. */
  readonly signal: AbortSignal;
  /** Asks the person at the terminal; undefined where there is none, and nothing may wait for an answer. */
  readonly questions: Questions | undefined;
  /** How results may look: colour and redrawing are for people at a terminal. */
  readonly display: Display;
  /** All commands, for what is written from them. */
  readonly program: Command;
  /** A line of the result, on stdout. */
  print(line: string): void;
  /** The result as one JSON document, on stdout. */
  printJson(value: unknown): void;
}

export interface CommandExample {
  /** What the example does: a sentence without full stop. */
  readonly does: string;
  /** What to type after the program's name. */
  readonly command: string;
}

/** How a handler ends: with nothing, or with an exit status. */
// biome-ignore lint/suspicious/noConfusingVoidType: most handlers return nothing at all, and need not say so
export type HandlerEnd = Promise<number | void>;

/** Does the work. A number is the exit status, where that tells more than success: `plan` ends with 2 when something would change. */
export type Handler<Options> = (options: Options, context: CommandContext) => HandlerEnd;

/** A command as data. What it does lies in a handler of its own, loaded when the command runs. */
export interface CommandSpec<Options> {
  readonly name: string;
  /** One line in the list of commands. */
  readonly summary: string;
  /** The head of the command's own help. */
  readonly description: string;
  readonly examples: readonly CommandExample[];
  /** What is typed without a name in front. The handler finds each among the options, by its name in camel case. */
  readonly arguments?: readonly Argument[];
  readonly options: readonly Option[];
  /** What is said at the first Ctrl-C, when the command has something to end properly. Without it, Ctrl-C just ends it. */
  readonly onInterrupt?: string;
  /** Exit status of a wrong command line. @default 2 */
  readonly usageStatus?: number;
  /** One import for all that the command needs, so that the help of one does not load the work of all. */
  handler(): Promise<Handler<Options>>;
}

/** Options come from commander as plain values; each command knows their types by the options it declares. */
export type AnyCommand = CommandSpec<never>;
