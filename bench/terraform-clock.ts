import { chmodSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** One run of Terraform: what it was asked for and when, in milliseconds since the epoch. */
export interface TerraformRun {
  readonly command: string;
  readonly beganMs: number;
  readonly endedMs: number;
}

export interface TerraformClock {
  /** To be run in Terraform's place. */
  readonly program: string;
  runs(): TerraformRun[];
}

/** A program that runs Terraform and notes when it began and ended. It costs a shell and two `date`s each time. */
export function clockTerraform(terraform: string, folder: string): TerraformClock {
  const program = join(folder, "terraform");
  const notes = join(folder, "runs.txt");
  const lines = [
    "#!/bin/sh",
    "began=$(date +%s%3N)",
    `'${terraform}' "$@"`,
    "status=$?",
    `echo "$began $(date +%s%3N) $*" >> '${notes}'`,
    "exit $status",
  ];
  writeFileSync(program, `${lines.join("\n")}\n`);
  chmodSync(program, 0o755);
  return {
    program,
    runs: () => {
      const text = existsSync(notes) ? readFileSync(notes, "utf8").trim() : "";
      return text
        .split("\n")
        .filter(Boolean)
        .map((line) => {
          const [began, ended, ...words] = line.split(" ");
          return { command: words.join(" "), beganMs: Number(began), endedMs: Number(ended) };
        });
    },
  };
}
