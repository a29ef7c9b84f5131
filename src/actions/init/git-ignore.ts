export const IGNORE_FILE = ".gitignore";

const HEADING = "# prefect-fargate: state and provider belong to one machine, keys to nobody's repository";
/** The lock file .terraform.lock.hcl beside the config is not among them: it belongs to the project. */
const IGNORED = [".prefect-fargate*/", ".env", "__pycache__/"] as const;

/**
 * A `.gitignore` with the lines that the project needs.
 *
 * @returns undefined when none is missing
 */
export function withIgnoredFiles(text: string | undefined): string | undefined {
  const present = new Set((text ?? "").split(/\r?\n/).map((line) => line.trim()));
  const missing = IGNORED.filter((line) => !present.has(line));
  if (missing.length === 0) return undefined;
  const before = text === undefined || text === "" ? "" : `${text.replace(/\n*$/, "\n")}\n`;
  return `${before}${HEADING}\n${missing.join("\n")}\n`;
}
