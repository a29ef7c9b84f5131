/**
 * Terraform templates: every string of a Terraform file may hold `${expressions}` and `%{directives}`.
 * Text that a person wrote must not be read as one, so it is escaped exactly once, where a config becomes Terraform.
 */

/** A piece of a template: text as it will be, or an expression with the braces around it. */
export type TemplatePart = { readonly text: string } | { readonly code: string };

/** Text a person wrote, as the template that evaluates to it. */
export const escapeTemplate = (text: string): string =>
  text.replaceAll("${", () => "$${").replaceAll("%{", () => "%%{");

/** `escapeTemplate` for every string in a value, keys included. */
export function escapeTemplates<T>(value: T): T {
  if (typeof value === "string") return escapeTemplate(value) as T;
  if (Array.isArray(value)) return value.map(escapeTemplates) as T;
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [escapeTemplate(key), escapeTemplates(item)]),
  ) as T;
}

/** Takes a template apart, left to right as Terraform does: `$${` is text, `${` opens an expression. */
export function parseTemplate(template: string): TemplatePart[] {
  const parts: TemplatePart[] = [];
  let text = "";
  const flush = () => {
    if (text) parts.push({ text });
    text = "";
  };
  for (let at = 0; at < template.length; ) {
    const marker = template[at];
    if (marker === "$" || marker === "%") {
      if (template.startsWith(`${marker}${marker}{`, at)) {
        text += `${marker}{`;
        at += 3;
        continue;
      }
      if (template[at + 1] === "{") {
        flush();
        const end = endOfGroup(template, at + 1);
        parts.push({ code: template.slice(at, end) });
        at = end;
        continue;
      }
    }
    text += marker;
    at += 1;
  }
  flush();
  return parts;
}

/** The expression of a template that is one `${expression}` and nothing else. */
export function soleExpression(template: string): string | undefined {
  if (!template.startsWith("${") || endOfGroup(template, 1) !== template.length) return undefined;
  return template.slice(2, -1).trim();
}

const CLOSERS = new Map([
  ["(", ")"],
  ["[", "]"],
  ["{", "}"],
]);

/** The index after the bracket that closes the one at `open`. */
export function endOfGroup(source: string, open: number): number {
  const closer = CLOSERS.get(source[open] ?? "");
  for (let at = open + 1; at < source.length; ) {
    const character = source[at]!;
    if (character === closer) return at + 1;
    if (character === '"') at = endOfString(source, at);
    else if (CLOSERS.has(character)) at = endOfGroup(source, at);
    else at += 1;
  }
  throw new Error(`A bracket is never closed: ${source.slice(open, open + 80)}`);
}

/** The index after the quote that closes the string at `open`. */
export function endOfString(source: string, open: number): number {
  for (let at = open + 1; at < source.length; ) {
    const character = source[at]!;
    if (character === '"') return at + 1;
    if (character === "\\") at += 2;
    else if (/^(\$\$|%%)\{/.test(source.slice(at, at + 3))) at += 3;
    else if ((character === "$" || character === "%") && source[at + 1] === "{")
      at = endOfGroup(source, at + 1);
    else at += 1;
  }
  throw new Error(`A string is never closed: ${source.slice(open, open + 80)}`);
}
