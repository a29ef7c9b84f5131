import * as z from "zod";
import { type Complaint, obeys, type Rule } from "./complaint.ts";
import { either } from "./words.ts";

export interface NumberLimits {
  readonly from: number;
  readonly to: number;
  /** Why the limits are there: a sentence. */
  readonly because?: string;
}

/** A number without a fraction between two limits. */
export const wholeNumber = (limits: NumberLimits) =>
  z
    .number()
    .superRefine(obeys(wholeNumberRule(limits)))
    .meta({ type: "integer", minimum: limits.from, maximum: limits.to });

/** One of a list of numbers. */
export const oneOfNumbers = (values: readonly number[], rule: Rule<number>) =>
  z
    .number()
    .superRefine(obeys(rule))
    .meta({ type: "integer", enum: [...values] });

function wholeNumberRule({ from, to, because }: NumberLimits): Rule<number> {
  const works = [`It can be ${from} to ${to}.`, because].filter(Boolean).join(" ");
  return (value): Complaint | undefined => {
    if (!Number.isInteger(value)) return { verdict: "is not a whole number", works };
    if (value < from) return { verdict: `is less than ${from}`, works, suggestion: from };
    if (value > to) return { verdict: `is more than ${to}`, works, suggestion: to };
    return undefined;
  };
}

/** Days that CloudWatch Logs can keep lines; zero would mean for ever, which is billed for ever.
 *  https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html */
export const RETENTION_DAYS: readonly number[] = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

export function retentionRule(days: number): Complaint | undefined {
  if (RETENTION_DAYS.includes(days)) return undefined;
  return {
    verdict: "is not a retention that CloudWatch Logs offers",
    works: `It offers ${either(RETENTION_DAYS)} days.`,
    suggestion: RETENTION_DAYS.find((offered) => offered >= days) ?? RETENTION_DAYS.at(-1)!,
  };
}
