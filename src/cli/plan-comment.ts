import type { ChangeKind } from "#actions/plan/describe-changes.ts";
import type { Proposal } from "#actions/plan/propose.ts";
import { showCost, showSum } from "./show-cost.ts";
import { showProposal } from "./show-proposal.ts";

/** GitHub takes 65,536 characters in a comment, and a pipeline puts several plans into one. */
const LONGEST_PLAN = 18_000;

const COUNTED: readonly (readonly [kind: ChangeKind, words: string])[] = [
  ["create", "to create"],
  ["adopt", "to take over"],
  ["change", "to change"],
  ["replace", "to replace"],
  ["destroy", "to destroy"],
];

export interface PlanComment {
  readonly proposal: Pick<Proposal, "changes" | "pools" | "empty" | "cost">;
  readonly environment: string | undefined;
  readonly digest: string;
}

/** A plan as Markdown, for the comment on a pull request: what, why, the pool's diff, the cost, the digest. */
export function planComment({ proposal, environment, digest }: PlanComment): string {
  const { cost, empty } = proposal;
  const lines = [
    `### ${environment ? `Plan of \`${environment}\`` : "Plan"}`,
    "",
    empty ? "Nothing to do: everything is as the config says." : `**${summary(proposal)}**`,
    "",
    ...(empty ? [] : folded("What would change", asDiff(showProposal(proposal)), "diff")),
    ...(cost ? folded(showSum(cost), showCost(cost), "text") : []),
    `\`${digest}\`: after the merge this plan is applied as it is; any other asks first.`,
  ];
  return `${lines.join("\n")}\n`;
}

function summary({ changes, pools }: PlanComment["proposal"]): string {
  const counts = COUNTED.map(([kind, words]) => [
    changes.filter((change) => change.kind === kind).length,
    words,
  ]).filter(([count]) => count !== 0);
  const wired = pools.filter(({ action }) => action !== "keep").map(({ name }) => `\`${name}\``);
  return [
    ...counts.map(([count, words]) => `${count} ${words}`),
    ...(wired.length > 0 ? [`work pool ${wired.join(", ")}`] : []),
  ].join(", ");
}

/** GitHub colours a diff by the first character of its lines. */
const asDiff = (lines: readonly string[]): string[] =>
  lines.map((line) => {
    const [, sign, rest] = /^ {2}([+<~±-])( .*)$/.exec(line) ?? [];
    return sign
      ? `${{ "~": "!", "±": "!", "<": "#" }[sign] ?? sign}${rest}`
      : line.replace(/^(?=[+\-!#])/, " ");
  });

function folded(title: string, lines: readonly string[], language: string): string[] {
  const text = shortened(lines.join("\n").trimEnd());
  // Whatever people call their workers, they cannot end the block.
  const fence = "`".repeat(Math.max(3, ...[...text.matchAll(/`+/g)].map(([run]) => run.length + 1)));
  return [
    `<details><summary>${title}</summary>`,
    "",
    `${fence}${language}`,
    text,
    fence,
    "",
    "</details>",
    "",
  ];
}

const shortened = (text: string): string =>
  text.length > LONGEST_PLAN
    ? `${text.slice(0, LONGEST_PLAN)}\n… and ${text.slice(LONGEST_PLAN).split("\n").length} more lines: prefect-fargate plan shows all.`
    : text;
