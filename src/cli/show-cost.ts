import type { CostLine, MonthlyCost } from "#actions/cost/monthly-cost.ts";

/** The monthly cost by line, where the prices are from, and what comes on top by use. */
export function showCost(cost: MonthlyCost): string[] {
  const { lines, byUse, prices } = cost;
  const width = Math.max(...lines.map((line) => describe(line).length));
  const money = (usd: number) => `$${usd.toFixed(2)}`.padStart(9);
  return [
    `Cost a month (${prices.region}, prices of ${prices.readOn}, in US dollars, when nothing runs but the workers):`,
    ...lines.map((line) => `  ${describe(line).padEnd(width)}  ${money(line.usdPerMonth)}`),
    `  ${"together".padEnd(width)}  ${money(cost.usdPerMonth)}`,
    ...byUse.map((sentence) => `  ${sentence}`),
    prices.isOtherRegion
      ? `  An estimate: ${cost.region} has prices of its own. ${prices.official} has them.`
      : `  AWS's own prices: ${prices.official}; where each was read: prefect-fargate plan --json`,
    "",
  ];
}

/** `About $36.50 a month` */
export const showSum = ({ usdPerMonth, prices, region }: MonthlyCost): string =>
  `About $${usdPerMonth.toFixed(2)} a month${prices.isOtherRegion ? `, at the prices of ${prices.region} instead of ${region}` : ""}`;

const describe = ({ what, amount, isEstimate }: CostLine): string =>
  `${amount > 1 && !what.includes("×") ? `${amount} × ` : ""}${what}${isEstimate ? " (estimate)" : ""}`;
