import { describeError, showError } from "./show-error.ts";
import type { Surroundings, TextStream } from "./surroundings.ts";

/** Connections that stay open for reuse must not keep a finished command alive. */
const GRACE_MS = 300;

/** The CLI's view of a real process, with the process's own ways of failing turned into sentences. */
export function processSurroundings(process: NodeJS.Process): Surroundings {
  const { stdout, stderr, env } = process;
  const surroundings: Surroundings = {
    cwd: process.cwd(),
    env,
    stdout: untilClosed(stdout),
    stderr: untilClosed(stderr),
    // A getter, as looking at stdin already opens it.
    get terminal() {
      return { input: process.stdin, output: process.stderr };
    },
    signals: {
      on: (signal, listener) => process.on(signal, listener),
      off: (signal, listener) => process.off(signal, listener),
      exit: (status) => process.exit(status),
    },
  };
  const fail = (error: unknown): void => {
    const debug = process.argv.includes("--debug") || Boolean(env.DEBUG);
    surroundings.stderr.write(showError(describeError(error), { stream: surroundings.stderr, env, debug }));
    process.exit(1);
  };
  process.on("uncaughtException", fail);
  // A write beyond `ulimit -f` becomes an error with a sentence, instead of this signal that ends the process without one.
  if (process.platform !== "win32") process.on("SIGXFSZ", () => {});
  // Node's remarks on experimental features and module types are about our choices, not the user's.
  if (!env.DEBUG && !process.argv.includes("--debug")) process.removeAllListeners("warning");
  return surroundings;
}

/** Ends the process with the status that `work` gives, when its output is written. */
export function endWith(process: NodeJS.Process, { stderr }: Surroundings, work: Promise<number>): void {
  // Node ends without a word when nothing can happen any more, though something still waits.
  const unsettled = (): void => {
    stderr.write("UNSETTLED: the command waits for something that never comes.\n");
    stderr.write("→ Look for an await without end in prefect-fargate.config.ts\n");
    process.exitCode = 1;
  };
  process.once("beforeExit", unsettled);
  void work.then((status) => {
    process.off("beforeExit", unsettled);
    process.exitCode = status;
    setTimeout(() => process.exit(), GRACE_MS).unref();
  });
}

/**
 * A stream that may be closed by its reader (`… | head -1`) while we work. What is under way must end properly all the
 * same, so later output is dropped instead of ending the process.
 */
function untilClosed(stream: NodeJS.WriteStream): TextStream {
  let closed = false;
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE" && error.code !== "EIO") throw error;
    closed = true;
  });
  return {
    write: (text) => closed || stream.write(text),
    get isTTY() {
      return stream.isTTY;
    },
    get columns() {
      return stream.columns;
    },
  };
}
