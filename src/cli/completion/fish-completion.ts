import { type CompletionNode, type CompletionOption, childrenOf } from "./completion-tree.ts";

const PROGRAM = "prefect-fargate";

/** A file for fish, with what each word does beside it. */
export function fishCompletion(tree: readonly CompletionNode[]): string {
  return [
    `# Completion of ${PROGRAM} for fish: put this in ~/.config/fish/completions/${PROGRAM}.fish`,
    `complete -c ${PROGRAM} -f`,
    ...tree.flatMap((node) => {
      const when = conditionOf(tree, node);
      return [
        ...childrenOf(tree, node).map(
          ({ path, summary }) => `${when} -a ${quoted(path.at(-1)!)} -d ${quoted(summary)}`,
        ),
        ...(node.choices.length > 0 ? [`${when} -a ${quoted(node.choices.join(" "))}`] : []),
        ...node.options.map((option) => `${when} ${describe(option)}`),
        `${when} -s h -l help -d 'show this help'`,
      ];
    }),
  ].join("\n");
}

/** All words of the command have been typed, and none of those below it. */
function conditionOf(tree: readonly CompletionNode[], node: CompletionNode): string {
  const typed = node.path.map((word) => `__fish_seen_subcommand_from ${word}`);
  const below = childrenOf(tree, node).map(({ path }) => path.at(-1));
  const further = below.length > 0 ? [`not __fish_seen_subcommand_from ${below.join(" ")}`] : [];
  return `complete -c ${PROGRAM} -n ${quoted([...typed, ...further].join("; and "))}`;
}

function describe({ flags, summary, value }: CompletionOption): string {
  const names = flags.map((flag) => (flag.startsWith("--") ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`));
  const values =
    value === "none"
      ? ""
      : value === "unknown"
        ? " -x"
        : value === "file"
          ? " -rF"
          : ` -xa ${quoted(value.join(" "))}`;
  return `${names.join(" ")}${values} -d ${quoted(summary)}`;
}

const quoted = (text: string): string => `'${text.replace(/[\\']/g, (character) => `\\${character}`)}'`;
