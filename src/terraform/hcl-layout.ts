export interface Assignment {
  readonly key: string;
  /** One line, or several of which the further ones are indented already. */
  readonly value: string;
  /** A comment on the line before. */
  readonly note?: string | undefined;
}

/**
 * Assignments one below the other, their `=` aligned as `terraform fmt` does it:
 * within runs of single lines, which a longer value or a comment ends.
 */
export function alignAssignments(assignments: readonly Assignment[], indent: string): string {
  const lines: string[] = [];
  let run: Assignment[] = [];
  const endRun = () => {
    const width = Math.max(...run.map(({ key }) => key.length));
    lines.push(...run.map(({ key, value }) => `${indent}${key.padEnd(width)} = ${value}`));
    run = [];
  };
  for (const assignment of assignments) {
    const { key, value, note } = assignment;
    if (note !== undefined) {
      if (run.length > 0) endRun();
      lines.push(comment(note, indent));
    }
    if (value.includes("\n")) {
      if (run.length > 0) endRun();
      lines.push(`${indent}${key} = ${value}`);
    } else run.push(assignment);
  }
  if (run.length > 0) endRun();
  return lines.join("\n");
}

/** A note as comment lines. */
export const comment = (note: string, indent = ""): string =>
  note
    .split("\n")
    .map((line) => `${indent}# ${line}`)
    .join("\n");
