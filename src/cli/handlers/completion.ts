import type { Handler } from "../command-spec.ts";
import type { CompletionCommandOptions } from "../commands/completion.ts";
import { bashCompletion, zshCompletion } from "../completion/bash-completion.ts";
import { completionTree } from "../completion/completion-tree.ts";
import { fishCompletion } from "../completion/fish-completion.ts";

const SCRIPTS = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion } as const;

export const runCompletion: Handler<CompletionCommandOptions> = async ({ shell }, { program, print }) =>
  print(SCRIPTS[shell](completionTree(program)));
