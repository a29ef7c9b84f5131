import { styleText } from "node:util";
import { CommanderError } from "commander";
import { hideKeys } from "#config/show-value.ts";
import { PrefectFargateError } from "#errors";
import { commands } from "./commands/index.ts";
import { reportAddress } from "./report-address.ts";
import { type TextStream, wantsColour } from "./surroundings.ts";
import { describeSystemError } from "./system-error.ts";

/** An error made ready to be shown. */
export interface DescribedError {
  /** Stable, to be searched for. */
  readonly code: string;
  readonly source: "user" | "environment" | "bug";
  readonly message: string;
  readonly details: readonly string[];
  readonly hint: string | undefined;
  /** The command line itself was wrong. */
  readonly usage: boolean;
  readonly stack: string | undefined;
  /** What is wrong with a config, field by field. */
  readonly problems?: unknown;
}

/** @param argv tells which command's help to point to when the command line is wrong */
export function describeError(error: unknown, argv: readonly string[] = []): DescribedError {
  if (error instanceof CommanderError) return describeUsage(error, argv);
  const known = error instanceof PrefectFargateError ? error : describeSystemError(error);
  if (known) {
    const { code, source, message, details, hint, stack } = known;
    const problems = "problems" in known ? { problems: known.problems } : {};
    return {
      code,
      source,
      message,
      details,
      hint: source === "bug" ? reportAddress() : hint,
      usage: false,
      stack,
      ...problems,
    };
  }
  const message = error instanceof Error ? error.message : String(error);
  return {
    code: "BUG",
    source: "bug",
    message: `prefect-fargate made a mistake: ${asSentence(message)}`,
    details: [],
    hint: reportAddress(),
    usage: false,
    stack: error instanceof Error ? error.stack : undefined,
  };
}

/** The text for people: code, what happened, evidence, and what to type next. */
export function showError(
  error: DescribedError,
  { stream, env, debug }: { stream: TextStream; env: Readonly<NodeJS.ProcessEnv>; debug: boolean },
): string {
  const colour = wantsColour(stream, env);
  const paint = (format: Parameters<typeof styleText>[0], text: string): string =>
    colour ? styleText(format, text, { validateStream: false }) : text;
  const lines = [
    `${paint("red", error.code)}: ${error.message}`,
    ...error.details.map((line) => `  ${line}`),
    ...(error.hint ? [`${paint("cyan", "→")} ${error.hint}`] : []),
    ...(debug && error.stack ? ["", error.stack] : []),
  ];
  return `${hideKeys(lines.join("\n"))}\n`;
}

/** The object for programs, as `{ "error": … }`. */
export function errorAsJson({ code, source, message, details, hint, problems }: DescribedError): object {
  const error = { code, source, message, details, hint, ...(problems ? { problems } : {}) };
  return { error: JSON.parse(hideKeys(JSON.stringify(error))) };
}

/** Commander says "error: unknown option '--x'\n(Did you mean --y?)". */
function describeUsage(error: CommanderError, argv: readonly string[]): DescribedError {
  // `help nope` is no error to commander.
  const message = error.code === "commander.help" ? `unknown command '${argv.at(-1)}'` : error.message;
  const [said = "", suggestion] = message.replace(/^error: /, "").split("\n");
  const command = commands.filter(({ name }) => name === argv[0]).map(({ name }) => name);
  const meant = suggestion?.replace(/^\(|\)$/g, "");
  return {
    code: "USAGE",
    source: "user",
    message: asSentence(said.charAt(0).toUpperCase() + said.slice(1)),
    details: [],
    hint: meant ?? `See what can be typed: ${["prefect-fargate", ...command, "--help"].join(" ")}`,
    usage: true,
    stack: error.stack,
  };
}

const asSentence = (text: string): string => (/[.?!]$/.test(text) ? text : `${text}.`);
