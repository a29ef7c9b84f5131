import { Command, Option } from "commander";
import { packageVersion } from "#package";
import type { AnyCommand, CommandContext, CommandExample, HandlerEnd } from "./command-spec.ts";
import { commands } from "./commands/index.ts";
import type { TextStream } from "./surroundings.ts";

export const PROGRAM = "prefect-fargate";

/** Below the list of commands. */
const FIRST_STEPS: readonly CommandExample[] = [
  { does: "Try all of it on this machine, without an AWS account", command: "rehearse" },
  { does: "Write a config and a first flow", command: "init" },
  { does: "See what it would make and what that costs, then make it", command: "deploy" },
];

export interface ProgramHost {
  readonly stdout: TextStream;
  /** The first word that was typed. */
  readonly typed: string | undefined;
  /** Runs a command's handler in its context. */
  perform(command: AnyCommand, work: (context: CommandContext) => HandlerEnd): Promise<void>;
}

/** The command line as commander understands it. It throws instead of exiting, and prints nothing but help. */
export function createProgram({ stdout, typed, perform }: ProgramHost): Command {
  // The one command that was typed; all of them for help, for a shell's completion, and to say what could have been meant.
  const named = commands.filter(({ name }) => name === typed && name !== "completion");
  const program = prepare(new Command(PROGRAM), stdout)
    .description("A Prefect worker that is ONLINE on AWS ECS Fargate, in your own account.")
    .version(packageVersion, "-V, --version", "print the version")
    .helpCommand("help [command]", "show the help of a command")
    .addHelpText("after", showExamples(FIRST_STEPS));
  for (const command of named.length > 0 ? named : commands)
    program.addCommand(createCommand(command, { stdout, perform }));
  return program;
}

function createCommand(spec: AnyCommand, { stdout, perform }: Omit<ProgramHost, "typed">): Command {
  const command = prepare(new Command(spec.name), stdout)
    .summary(spec.summary)
    .description(spec.description)
    .addHelpText("after", () => showExamples(spec.examples))
    .action((...given: unknown[]) => {
      const options = { ...readArguments(spec, given), ...command.opts() };
      return perform(spec, async (context) => (await spec.handler())(options as never, context));
    });
  for (const argument of spec.arguments ?? []) command.addArgument(argument);
  for (const option of spec.options) command.addOption(option);
  return command.addOption(new Option("--debug", "show the stack trace of a failure"));
}

/** Commander hands arguments over by their place; handlers want them by their name. */
const readArguments = ({ arguments: wanted = [] }: AnyCommand, given: readonly unknown[]): object =>
  Object.fromEntries(wanted.map((argument, index) => [camelCase(argument.name()), given[index]]));

const camelCase = (name: string): string =>
  name.toLowerCase().replace(/-(\w)/g, (_all, letter: string) => letter.toUpperCase());

function prepare(command: Command, stdout: TextStream): Command {
  return command
    .helpOption("-h, --help", "show this help")
    .configureHelp({ showGlobalOptions: false })
    .configureOutput({
      writeOut: (text) => void stdout.write(text),
      // What commander has to complain about is thrown as well, and shown by `show-error.ts` as every other error.
      writeErr: () => {},
      getOutHelpWidth: () => stdout.columns ?? 100,
      getOutHasColors: () => false,
    })
    .exitOverride();
}

const showExamples = (examples: readonly CommandExample[]): string =>
  [
    "",
    "Examples:",
    ...examples.flatMap(({ does, command }) => [`  ${does}:`, `    $ ${PROGRAM} ${command}`]),
  ].join("\n");
