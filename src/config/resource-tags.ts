import type { Complaint } from "./complaint.ts";

/** Set on everything beside the user's tags, so that what is ours can be found again. */
const MANAGED_BY_TAG = "ManagedBy";
/** Its value is the system's name, so that systems of one account are told apart. */
export const SYSTEM_TAG = "PrefectSystem";
const OWN_TAGS = [MANAGED_BY_TAG, SYSTEM_TAG].map((tag) => tag.toLowerCase());

/** AWS allows 50 tags; our own two, Name and a few of the modules' own come on top of the user's.
 *  https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html */
const MOST_TAGS = 45;
const LONGEST_KEY = 128;
const LONGEST_VALUE = 256;
const FORBIDDEN = /[^\p{L}\p{Z}\p{N}_.:/=+@-]/u;
const ALLOWED = "AWS allows letters, digits, spaces and _.:/=+@- in tags.";

export function tagKeyRule(key: string): Complaint | undefined {
  if (/^aws:/i.test(key))
    return { verdict: "begins with aws:, which AWS keeps for itself", remedy: "Rename it" };
  if (OWN_TAGS.includes(key.toLowerCase()))
    return { verdict: "is set by prefect-fargate, which finds its own resources by it", remedy: "Remove it" };
  return textRule(key, LONGEST_KEY, "key", 1);
}

export const tagValueRule = (value: string): Complaint | undefined =>
  textRule(value, LONGEST_VALUE, "value", 0);

export function tagCountRule(tags: Readonly<Record<string, string>>): Complaint | undefined {
  const keys = Object.keys(tags);
  if (keys.length > MOST_TAGS)
    return {
      verdict: `has ${keys.length} tags`,
      works: `AWS allows 50 on a resource, and some are set by prefect-fargate: ${MOST_TAGS} are yours.`,
    };
  const twin = keys.find((key, index) =>
    keys.slice(0, index).some((other) => other.toLowerCase() === key.toLowerCase()),
  );
  if (twin === undefined) return undefined;
  return {
    verdict: `has ${JSON.stringify(twin)} twice, as IAM does not tell capital letters apart`,
    remedy: "Keep one",
  };
}

function textRule(
  text: string,
  longest: number,
  what: "key" | "value",
  shortest: number,
): Complaint | undefined {
  if (text.length < shortest) return { verdict: `is an empty ${what}`, works: ALLOWED };
  if (text.length > longest)
    return { verdict: `has ${text.length} characters`, works: `The ${what} of a tag has up to ${longest}.` };
  const bad = FORBIDDEN.exec(text)?.[0];
  return bad === undefined ? undefined : { verdict: `has ${JSON.stringify(bad)} in it`, works: ALLOWED };
}
