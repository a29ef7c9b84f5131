import { type CompletionNode, type CompletionOption, childrenOf } from "./completion-tree.ts";

const PROGRAM = "prefect-fargate";
const HELP = ["-h", "--help"];

/** A function for bash that works without the bash-completion package, and in bash 3.2 as macOS has it. */
export function bashCompletion(tree: readonly CompletionNode[]): string {
  const below = tree.filter(({ path }) => path.length > 0);
  return `# Completion of ${PROGRAM} for bash: source this, or put it in ~/.local/share/bash-completion/completions/${PROGRAM}
_prefect_fargate() {
  local word="\${COMP_WORDS[COMP_CWORD]}" before="\${COMP_WORDS[COMP_CWORD-1]}" path="" part words=""
  for part in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$path $part" in
      ${below.map(keyOf).map(quoted).join(" | ")}) path="$path $part" ;;
    esac
  done
  COMPREPLY=()
  case "$path $before" in
${valueCases(tree).join("\n")}
  esac
  case "$path" in
${tree.map((node) => `    ${quoted(keyOf(node))}) words=${quoted(wordsAfter(tree, node).join(" "))} ;;`).join("\n")}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$word"))
}
complete -o default -F _prefect_fargate ${PROGRAM}`;
}

/** zsh runs bash's completions when it is asked to. */
export const zshCompletion = (tree: readonly CompletionNode[]): string =>
  `autoload -U +X compinit && compinit
autoload -U +X bashcompinit && bashcompinit
${bashCompletion(tree)}`;

const keyOf = ({ path }: CompletionNode): string => path.map((word) => ` ${word}`).join("");

const quoted = (text: string): string => `"${text}"`;

const wordsAfter = (tree: readonly CompletionNode[], node: CompletionNode): string[] => [
  ...childrenOf(tree, node).map(({ path }) => path.at(-1)!),
  ...node.choices,
  ...node.options.flatMap(({ flags }) => flags),
  ...HELP,
];

/** What follows an option that takes something, each reply with all options that have it. */
function valueCases(tree: readonly CompletionNode[]): string[] {
  const options = tree.flatMap((node) =>
    node.options.flatMap(({ flags, value }) =>
      value === "none"
        ? []
        : flags.map((flag) => ({ key: quoted(`${keyOf(node)} ${flag}`), reply: replyOf(value) })),
    ),
  );
  return [...Map.groupBy(options, ({ reply }) => reply)].map(
    ([reply, alike]) => `    ${alike.map(({ key }) => key).join(" | ")}) ${reply}return ;;`,
  );
}

function replyOf(value: Exclude<CompletionOption["value"], "none">): string {
  if (value === "unknown") return "";
  const source = value === "file" ? "-f" : `-W ${quoted(value.join(" "))}`;
  return `COMPREPLY=($(compgen ${source} -- "$word")); `;
}
