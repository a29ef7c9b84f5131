import type { FindingStatus } from "#actions/doctor/check.ts";
import { type DoctorLine, type DoctorReport, doctor } from "#actions/doctor.ts";
import { loadConfig } from "#config/load-config.ts";
import { configWarnings } from "#config/warnings.ts";
import { count } from "#config/words.ts";
import { findPython } from "#rehearsal/find-python.ts";
import type { CommandContext, Handler } from "../command-spec.ts";
import type { DoctorCommandOptions } from "../commands/doctor.ts";

const WORDS: Readonly<Record<FindingStatus, string>> = {
  ok: "ok",
  warning: "warning",
  problem: "PROBLEM",
  skipped: "-",
};
/** A problem in thirty lines is still a problem; the rest is in --json. */
const MOST_DETAILS = 12;

export const runDoctor: Handler<DoctorCommandOptions> = async (
  { config: file, env: environment, json },
  { cwd, env, reporter, signal, print, printJson }: CommandContext,
): Promise<number> => {
  const { config, file: configFile } = await loadConfig({ cwd, file, env, environment });
  for (const warning of configWarnings(config)) reporter.warn(warning);
  const report = await doctor({ cwd, config, configFile, env, findPython, signal }, reporter);
  if (json) printJson({ healthy: report.counts.problem === 0, ...report });
  else for (const line of page(report)) print(line);
  return report.counts.problem === 0 ? 0 : 1;
};

function page({ lines, counts }: DoctorReport): string[] {
  const width = Math.max(...lines.map(({ check }) => check.length));
  const problems = counts.problem;
  return [
    ...lines.flatMap((line, index) => show(line, width, lines[index - 1]?.check === line.check)),
    "",
    `${count(problems, "problem")}, ${count(counts.warning, "warning")}. Nothing was created.`,
    problems === 0
      ? "Next: prefect-fargate plan, which shows what a deploy would create and what it costs."
      : `Next: mend ${problems === 1 ? "it" : "them"}, then prefect-fargate doctor again.`,
  ];
}

function show(
  { check, status, message, fix, details = [] }: DoctorLine,
  width: number,
  again: boolean,
): string[] {
  const head = `${WORDS[status].padEnd(7)}  ${(again ? "" : check).padEnd(width)}  `;
  const below = " ".repeat(head.length);
  const more = details.length - MOST_DETAILS;
  return [
    `${head}${message}`,
    ...details.slice(0, MOST_DETAILS).map((line) => `${below}${line}`),
    ...(more > 0 ? [`${below}and ${more} more: prefect-fargate doctor --json`] : []),
    ...(fix ? [`${below}→ ${fix}`] : []),
  ];
}
