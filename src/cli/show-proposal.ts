import { basename } from "node:path";
import {
  type ChangeKind,
  type DescribedChange,
  type PartSummary,
  summarizeByPart,
} from "#actions/plan/describe-changes.ts";
import type { PoolProposal } from "#actions/plan/pool-proposal.ts";
import type { Proposal } from "#actions/plan/propose.ts";
import type { TemplateChange } from "#prefect/wiring.ts";

const SIGNS: Readonly<Record<ChangeKind, string>> = {
  create: "+",
  adopt: "<",
  change: "~",
  replace: "±",
  destroy: "-",
};
/** A pool's first wiring changes a dozen fields at once, which are told in the documentation. */
const MOST_POOL_LINES = 12;
const LONGEST_VALUE = 70;
const LINE = 100;

/** What a deploy would do, as lines. */
export function showProposal({
  changes,
  pools,
  empty,
  overrides = {},
}: Pick<Proposal, "changes" | "pools" | "empty"> & Partial<Pick<Proposal, "overrides">>): string[] {
  const overridden = section("Modules changed by files of yours:", listOverrides(overrides));
  if (empty) return ["Nothing to do: everything is as the config says.", "", ...overridden];
  const of = (kind: ChangeKind) => changes.filter((change) => change.kind === kind);
  return [
    ...section("Would be created:", inParts(of("create"), SIGNS.create)),
    ...section("Exists already and would be taken over:", inParts(of("adopt"), SIGNS.adopt)),
    ...section("Would be changed:", oneByOne(of("change"), SIGNS.change)),
    ...section("Would be replaced:", oneByOne(of("replace"), SIGNS.replace)),
    ...section("Would be destroyed:", oneByOne(of("destroy"), SIGNS.destroy)),
    ...showPools(pools),
    ...overridden,
  ];
}

const listOverrides = (overrides: Proposal["overrides"]): string[] =>
  Object.entries(overrides).map(
    ([module, files]) => `  ${module}: ${files.map((file) => basename(file)).join(", ")}`,
  );

export const showPools = (pools: readonly PoolProposal[]): string[] =>
  section("Work pools:", pools.flatMap(showPool));

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [title, ...lines.map((line) => `  ${line}`), ""];
}

const inParts = (changes: readonly DescribedChange[], sign: string): string[] =>
  listParts(summarizeByPart(changes), sign);

/** Parts of a system with what they consist of, in two columns. */
export function listParts(parts: readonly PartSummary[], sign: string): string[] {
  const width = Math.max(...parts.map(({ part }) => part.length));
  return parts.flatMap(({ part, things }) =>
    wrapped(things.join(", "), LINE - width - 6).map((line, index) =>
      index === 0 ? `${sign} ${part.padEnd(width)}  ${line}` : `${" ".repeat(width + 4)}${line}`,
    ),
  );
}

/** A list cut into lines at its commas. */
function wrapped(list: string, width: number): string[] {
  const lines: string[] = [];
  for (const item of list.split(/(?<=,) /)) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + item.length < width) lines[lines.length - 1] = `${last} ${item}`;
    else lines.push(item);
  }
  return lines;
}

const oneByOne = (changes: readonly DescribedChange[], sign: string): string[] =>
  changes.flatMap(({ part, what, because, differences }) => [
    `${sign} ${part}: ${what}${because ? `, as ${because}` : ""}`,
    ...differences.map((difference) => `    ${difference}`),
  ]);

function showPool({ name, action, changes, isKnownAfterApply }: PoolProposal): string[] {
  if (action === "keep") return [`  ${name}: stays as it is`];
  if (action === "create")
    return [
      `+ ${name}: created, and wired to cluster, network, roles, logs and the secret`,
      ...changes.map((change) => `    ${showChange(change)}`),
    ];
  const later = isKnownAfterApply ? ["    more may differ once everything exists"] : [];
  const hidden = changes.length - MOST_POOL_LINES;
  return [
    `~ ${name}: ${whatDiffers(changes)}`,
    ...changes.slice(0, MOST_POOL_LINES).map((change) => `    ${showChange(change)}`),
    ...(hidden > 0 ? [`    and ${hidden} more; --json has them all`] : []),
    ...later,
  ];
}

/** Limits and queues are none of its job template's. */
function whatDiffers(changes: readonly TemplateChange[]): string {
  const settings = changes.filter(({ path }) => /^(queues\.|concurrencyLimit$)/.test(path)).length;
  const parts = [
    ...(changes.length > settings ? ["its job template"] : []),
    ...(settings > 0 ? ["its limits and queues"] : []),
  ];
  return parts.join(", ") || "wired";
}

const showChange = ({ path, before, after }: TemplateChange): string =>
  `${path}: ${showValue(before)} → ${showValue(after)}`;

function showValue(value: unknown): string {
  if (value === undefined) return "nothing";
  const text = JSON.stringify(value);
  return text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE - 1)}…` : text;
}
