/**
 * Reads the document that a `-json` command printed; undefined where there is none. OpenTofu may print warnings
 * before it, about a CLI configuration it cannot open.
 */
export function parseDocument<T>(printed: string): T | undefined {
  const start = printed.search(/^\{/m);
  if (start === -1) return undefined;
  try {
    return JSON.parse(printed.slice(start));
  } catch {
    return undefined;
  }
}
