import { Argument } from "commander";
import type { CommandSpec } from "../command-spec.ts";

export const SHELLS = ["bash", "zsh", "fish"] as const;
export type Shell = (typeof SHELLS)[number];

export interface CompletionCommandOptions {
  readonly shell: Shell;
}

export const completion: CommandSpec<CompletionCommandOptions> = {
  name: "completion",
  summary: "print what makes your shell complete commands and options",
  description:
    "Prints a script for your shell that completes commands, options, and the values of options that have only a few. " +
    "The script starts nothing: it knows the commands of the version that printed it.",
  examples: [
    {
      does: "For every bash",
      command: "completion bash > ~/.local/share/bash-completion/completions/prefect-fargate",
    },
    {
      does: "For every zsh: source that file in ~/.zshrc",
      command: "completion zsh > ~/.prefect-fargate.zsh",
    },
    {
      does: "For every fish",
      command: "completion fish > ~/.config/fish/completions/prefect-fargate.fish",
    },
  ],
  arguments: [new Argument("<shell>", "your shell").choices([...SHELLS])],
  options: [],
  handler: async () => (await import("../handlers/completion.ts")).runCompletion,
};
