import { type Logs, openLogs } from "#actions/logs.ts";
import { atSystem } from "../at-system.ts";
import type { Handler } from "../command-spec.ts";
import type { LogsOptions } from "../commands/logs.ts";
import { showLogLine } from "../show-log-line.ts";

export const runLogs: Handler<LogsOptions> = async (options, context) =>
  atSystem(options, context, async (system) => {
    const { display, print, reporter, signal } = context;
    const { name: of, since, follow = false, json } = options;
    const logs = await openLogs(system, { of, since, follow, signal });
    let printed = 0;
    for await (const line of logs.lines) {
      printed += 1;
      if (json) print(JSON.stringify(line));
      else for (const text of showLogLine(line, display)) print(text);
    }
    if (printed === 0) reporter.note(nothing(logs.kind, logs.of, since));
  });

function nothing(kind: Logs["kind"], of: string, since: Date | undefined): string {
  if (kind === "flow run") return `The flow run ${of} has written nothing${since ? " since then" : " yet"}.`;
  return `The ${kind} ${of} has written nothing ${since ? "since then" : "in the last hour"}; look further back: prefect-fargate logs ${of} --since 1d`;
}
