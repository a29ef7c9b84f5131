/** What stands for `__NAME__` in a template. */
export type Holes = Readonly<Record<string, string>>;

export interface TemplateValues {
  /** In every environment the same. */
  readonly shared: Holes;
  /** For each environment, in order, what stands between `# [each environment]` and `# [end]`. */
  readonly environments: readonly Holes[];
  /** Parts between `# [when X]` and `# [end when X]` that are left in. */
  readonly parts: ReadonlySet<string>;
}

const HOLE = /__([A-Z]+(?:_[A-Z]+)*)__/g;
const EACH = /^\s*# \[each environment\]\n([\s\S]*?)^\s*# \[end\]\n/gm;
const WHEN = /^\s*# \[when (\w+)\]\n([\s\S]*?)^\s*# \[end when \1\]\n/gm;
/** A line that the first environment does not have. */
const AFTER_THE_FIRST = / # \[after the first\]$/;

/**
 * Fills a template: a YAML file that holds as it stands, for an environment called `__ENVIRONMENT__`. What differs is marked in
 * its comments, so that it can be read, linted and edited as what it becomes.
 */
export function renderTemplate(template: string, { shared, environments, parts }: TemplateValues): string {
  return template
    .replace(WHEN, (_, part: string, body: string) => (parts.has(part) ? body : ""))
    .replace(EACH, (_, body: string) =>
      environments
        .map((holes, index) => fill(withoutMarks(body, index === 0), { ...shared, ...holes }))
        .join(""),
    )
    .replace(/[\s\S]+/, (text) => fill(text, shared))
    .replace(/\n{3,}/g, "\n\n")
    .replace(/\n+$/, "\n");
}

const withoutMarks = (body: string, isFirst: boolean): string =>
  body
    .split("\n")
    .filter((line) => !isFirst || !AFTER_THE_FIRST.test(line))
    .map((line) => line.replace(AFTER_THE_FIRST, ""))
    .join("\n");

function fill(text: string, holes: Holes): string {
  return text.replace(HOLE, (hole, name: string) => {
    const value = holes[name];
    if (value === undefined) throw new Error(`Nothing fills the template's hole ${hole}.`);
    return value;
  });
}
