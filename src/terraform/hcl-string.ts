import { escapeTemplate, parseTemplate, soleExpression } from "./template.ts";

/** Escapes that HCL knows; JSON's others (`\b`, `\f`) it does not. */
const SHORT_ESCAPES: Readonly<Record<string, string>> = {
  '"': '\\"',
  "\\": "\\\\",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
};

/** Plain text inside an HCL string: quotes, backslashes, control characters and template markers are escaped. */
export function escapeText(text: string): string {
  const escaped = escapeTemplate(text.toWellFormed());
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for.
  return escaped.replace(/["\\\u0000-\u001f\u007f]/g, (character) => {
    const code = character.charCodeAt(0).toString(16).padStart(4, "0");
    return SHORT_ESCAPES[character] ?? `\\u${code}`;
  });
}

/** A template, as a quoted HCL string. */
export const quoteTemplate = (template: string): string =>
  `"${parseTemplate(template)
    .map((part) => ("text" in part ? escapeText(part.text) : part.code))
    .join("")}"`;

/** A template in HCL, as short as it can be: `${var.name}` alone needs no quotes. */
export function templateToHcl(template: string, expression: (source: string) => string): string {
  const sole = soleExpression(template);
  return sole === undefined ? quoteTemplate(template) : expression(sole);
}
