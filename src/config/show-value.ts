const LONGEST_SHOWN = 80;

/** Prefect keys, AWS keys, tokens of code hosts, private keys, and addresses with a password in them. */
const KEYS =
  /\bpn[a-z]_[A-Za-z0-9]{8,}|\b(?:AKIA|ASIA)[A-Z0-9]{16}\b|\bgh[a-z]_[A-Za-z0-9]{20,}|\bglpat-[\w-]{16,}|-----BEGIN [A-Z ]*PRIVATE KEY|:\/\/[^/\s:@]+:[^/\s@]+@/;

const SECRET_WORDS = /key|token|password|passwd|secret|credential|auth/i;

/** Fields whose names speak of secrets but whose values are none. */
const NAMES_OF_SECRETS = new Set(["secretName", "assignPublicIp", "auth"]);

export const HIDDEN = "(hidden)";

export const looksLikeKey = (text: string): boolean => KEYS.test(text);

/** Takes everything that looks like a key out of a text. */
export const hideKeys = (text: string): string => text.replace(new RegExp(KEYS.source, "g"), HIDDEN);

/** A value as messages may show it: short, on one line, and never a secret. */
export function showValue(value: unknown, path: readonly PropertyKey[] = []): string {
  if (isSecret(value, path)) return HIDDEN;
  if (value === undefined) return "nothing";
  if (typeof value === "function") return "a function";
  if (typeof value === "object" && value !== null) return Array.isArray(value) ? "a list" : showObject(value);
  const text = typeof value === "string" ? JSON.stringify(value) : String(value);
  return text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN - 1)}…` : text;
}

function isSecret(value: unknown, path: readonly PropertyKey[]): boolean {
  if (typeof value !== "string") return false;
  if (looksLikeKey(value)) return true;
  const field = String(path.at(-1) ?? "");
  if (NAMES_OF_SECRETS.has(field) || value.startsWith("arn:")) return false;
  return path.some((part) => typeof part === "string" && SECRET_WORDS.test(part) && part !== "workers");
}

function showObject(value: object): string {
  if (value instanceof Date) return "a date";
  if (value instanceof Promise) return "a promise";
  return "an object";
}
