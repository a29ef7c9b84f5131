import type { Command, Option } from "commander";

/** What can be typed after a command. */
export interface CompletionNode {
  /** `["image", "build"]`; empty for the program itself. */
  readonly path: readonly string[];
  readonly summary: string;
  readonly options: readonly CompletionOption[];
  /** What its first argument may be, where that is one of a few. */
  readonly choices: readonly string[];
}

export interface CompletionOption {
  /** `["-y", "--yes"]` */
  readonly flags: readonly string[];
  readonly summary: string;
  /** What follows it: one of a few, a file, something that only the person knows, or nothing. */
  readonly value: readonly string[] | "file" | "unknown" | "none";
}

/** Every command of a program, each before what is below it. */
export function completionTree(program: Command): CompletionNode[] {
  const visit = (command: Command, path: readonly string[]): CompletionNode[] => [
    {
      path,
      summary: command.summary() || command.description(),
      options: command.options.filter(({ hidden }) => !hidden).map(describe),
      choices: command.registeredArguments[0]?.argChoices ?? [],
    },
    ...command.commands.flatMap((child) => visit(child, [...path, child.name()])),
  ];
  return visit(program, []);
}

/** The commands right below one. */
export const childrenOf = (tree: readonly CompletionNode[], { path }: CompletionNode): CompletionNode[] =>
  tree.filter(
    (node) => node.path.length === path.length + 1 && path.every((word, index) => node.path[index] === word),
  );

function describe({
  short,
  long,
  description,
  flags,
  argChoices,
  required,
  optional,
}: Option): CompletionOption {
  const names = [short, long].filter((name) => name !== undefined);
  const takesFile = /<(file|folder)>/.test(flags);
  const value = argChoices ?? (takesFile ? "file" : required || optional ? "unknown" : "none");
  return { flags: names, summary: description, value };
}
