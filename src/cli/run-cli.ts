import { CommanderError } from "commander";
import { Cancelled } from "#errors";
import type { AnyCommand, CommandContext, HandlerEnd } from "./command-spec.ts";
import { commands } from "./commands/index.ts";
import { createReporter } from "./create-reporter.ts";
import { createDisplay } from "./display.ts";
import { watchInterrupts } from "./interrupts.ts";
import { createProgram } from "./program.ts";
import { questionsFor } from "./questions.ts";
import { describeError, errorAsJson, showError } from "./show-error.ts";
import type { Surroundings } from "./surroundings.ts";

/** Exit statuses: something failed; the command line itself was wrong. */
const FAILURE = 1;
const USAGE = 2;

/** Runs one command line and gives its exit status. Everything it says goes to the streams of `surroundings`. */
export async function runCli(argv: readonly string[], surroundings: Surroundings): Promise<number> {
  let status = 0;
  const program = createProgram({
    stdout: surroundings.stdout,
    typed: argv[0],
    perform: async (command, work) => {
      status = await performCommand(command, work, surroundings);
    },
  });
  if (argv.length === 0) {
    program.outputHelp();
    return 0;
  }
  try {
    await program.parseAsync(argv, { from: "user" });
    return status;
  } catch (error) {
    return await showFailure(error, argv, surroundings);
  }

  async function performCommand(
    command: AnyCommand,
    work: (context: CommandContext) => HandlerEnd,
    { cwd, env, stdout, stderr, signals }: Surroundings,
  ): Promise<number> {
    const reporter = createReporter({ stream: stderr, env });
    const interrupts = watchInterrupts({ signals, message: command.onInterrupt, reporter });
    const print = (line: string): void => void stdout.write(`${line}\n`);
    const printJson = (value: unknown): void => print(JSON.stringify(value, null, 2));
    try {
      const questions = questionsFor(surroundings);
      const display = createDisplay({ stream: stdout, env });
      const { signal } = interrupts;
      const context = { cwd, env, reporter, signal, questions, display, program, print, printJson };
      return (await work(context)) ?? 0;
    } catch (error) {
      reporter.close();
      if (!isCancellation(error, interrupts.signal)) return await showFailure(error, argv, surroundings);
      stderr.write(`Stopped${error instanceof Cancelled && error.message ? `: ${error.message}` : "."}\n`);
      return interrupts.status;
    } finally {
      reporter.close();
      interrupts.stop();
    }
  }
}

async function showFailure(
  error: unknown,
  argv: readonly string[],
  { stdout, stderr, env }: Surroundings,
): Promise<number> {
  if (error instanceof CommanderError && error.exitCode === 0) return 0;
  const described = describeError(error, argv);
  const debug = argv.includes("--debug") || Boolean(env.DEBUG);
  stderr.write(showError(described, { stream: stderr, env, debug }));
  if (argv.includes("--json")) stdout.write(`${JSON.stringify(errorAsJson(described), null, 2)}\n`);
  if (!described.usage) return FAILURE;
  return commands.find(({ name }) => name === argv[0])?.usageStatus ?? USAGE;
}

/** The person's own wish, or the abort of some work that it caused. */
const isCancellation = (error: unknown, signal: AbortSignal): boolean =>
  error instanceof Cancelled || (signal.aborted && error instanceof Error && error.name === "AbortError");
