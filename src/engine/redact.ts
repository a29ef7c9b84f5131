/** What stands in a text where a secret stood. */
export const REDACTED = "(secret)";

/** Shorter values would tear holes into ordinary words, and guard nothing. */
const SHORTEST_SECRET = 4;

export type Redactor = (text: string) => string;

/**
 * Takes secrets out of texts for people: as they are, and as they look inside JSON (Go escapes more than
 * JavaScript does), a URL, a form, an HTML page's entities or base64 at any of its three alignments,
 * as `Basic` credentials put a user name before the key.
 */
export function createRedactor(secrets: readonly string[]): Redactor {
  const forms = new Set(secrets.filter((secret) => secret.length >= SHORTEST_SECRET).flatMap(writtenForms));
  if (forms.size === 0) return (text) => text;
  // Longest first: a short form may be part of a longer one, whose rest would remain.
  const alternatives = [...forms].sort((a, b) => b.length - a.length).map(escapeForPattern);
  const pattern = new RegExp(alternatives.join("|"), "g");
  return (text) => text.replace(pattern, REDACTED);
}

/** Redacts every string inside a value, keys of objects included. */
export function redactDeeply<T>(value: T, redact: Redactor): T {
  if (typeof value === "string") return redact(value) as T;
  if (Array.isArray(value)) return value.map((item) => redactDeeply(item, redact)) as T;
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [redact(key), redactDeeply(item, redact)]),
  ) as T;
}

function writtenForms(secret: string): string[] {
  const inJson = JSON.stringify(secret).slice(1, -1);
  const inGoJson = inJson.replace(/[<>&]/g, (sign) => `\\u00${sign.charCodeAt(0).toString(16)}`);
  const inUrl = encodeURIComponent(secret.toWellFormed());
  const inForm = new URLSearchParams([["", secret]]).toString().slice(1);
  const twiceInJson = JSON.stringify(inJson).slice(1, -1);
  return [secret, inJson, inGoJson, twiceInJson, inUrl, inForm, ...base64Forms(secret)].filter(
    (form) => form.length >= SHORTEST_SECRET,
  );
}

/**
 * Base64 packs three bytes into four characters, so the text depends on how many bytes stand before the secret.
 * Characters that neighbours share are left out: the rest is found wherever the secret stands.
 */
function base64Forms(secret: string): string[] {
  const forms = [0, 1, 2].flatMap((offset) => {
    const bytes = Buffer.concat([Buffer.alloc(offset), Buffer.from(secret)]);
    const first = Math.ceil((offset * 4) / 3);
    const last = Math.floor((bytes.length * 8) / 6);
    return [bytes.toString("base64"), bytes.toString("base64url")].map((text) => text.slice(first, last));
  });
  // A few characters of base64 occur by chance.
  return forms.filter((form) => form.length >= 8);
}

const escapeForPattern = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
