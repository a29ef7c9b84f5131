import { Cancelled } from "#errors";
import type { Surroundings } from "./surroundings.ts";

export interface Choice<T> {
  readonly value: T;
  readonly label: string;
  /** A few words beside the label. */
  readonly hint?: string;
}

export interface TextQuestion {
  /** Taken when nothing is typed. */
  readonly initial?: string;
  readonly placeholder?: string;
  /** What is wrong with an answer, as a sentence; undefined when nothing is. */
  readonly validate?: (answer: string) => string | undefined;
}

/** Questions to the person at the terminal. Ctrl-C and Escape end the command as `Cancelled`. */
export interface Questions {
  confirm(message: string, initial?: boolean): Promise<boolean>;
  select<T>(message: string, choices: readonly Choice<T>[], initial?: T): Promise<T>;
  text(message: string, question?: TextQuestion): Promise<string>;
  /** What is typed is not shown. */
  secret(message: string): Promise<string>;
}

/**
 * Undefined where nobody can answer: in a pipe, in CI, on a dumb terminal. A command then takes its flags and its defaults, or
 * says what is missing; it never waits.
 */
export function questionsFor({
  terminal,
  env,
}: Pick<Surroundings, "terminal" | "env">): Questions | undefined {
  if (env.CI || env.TERM === "dumb" || terminal === undefined) return undefined;
  const { input, output } = terminal;
  if (!input.isTTY || !output.isTTY) return undefined;
  // Loaded with the first question: most runs ask none.
  const clack = () => import("@clack/prompts");

  return {
    async confirm(message, initial = true) {
      return answered(await (await clack()).confirm({ message, initialValue: initial, input, output }));
    },
    async select<T>(message: string, choices: readonly Choice<T>[], initial?: T) {
      const { select } = await clack();
      // Clack's own type of an option depends on T, which it cannot know here. The answer is a choice's number.
      const options = choices.map(({ label, hint }, value) => ({ value, label, ...(hint ? { hint } : {}) }));
      const initialValue = Math.max(
        0,
        choices.findIndex(({ value }) => value === initial),
      );
      return choices[answered(await select({ message, options, initialValue, input, output }))]!.value;
    },
    async text(message, { initial, placeholder = initial, validate } = {}) {
      const { text } = await clack();
      const answer = await text({
        message,
        ...(initial === undefined ? {} : { defaultValue: initial }),
        ...(placeholder === undefined ? {} : { placeholder }),
        ...(validate ? { validate: (typed: string | undefined) => validate(typed || initial || "") } : {}),
        input,
        output,
      });
      return answered(answer);
    },
    async secret(message) {
      return answered(await (await clack()).password({ message, input, output }));
    },
  };
}

/** Clack answers with a symbol when the person pressed Ctrl-C or Escape. */
function answered<T>(answer: T): Exclude<T, symbol> {
  if (typeof answer === "symbol") throw new Cancelled("Nothing was changed.");
  return answer as Exclude<T, symbol>;
}
