import { levelOf } from "#actions/logs/log-line.ts";
import { type RanFlow, runFlow } from "#actions/run.ts";
import { span } from "../ago.ts";
import { atSystem } from "../at-system.ts";
import type { Handler } from "../command-spec.ts";
import type { RunCommandOptions } from "../commands/run.ts";
import { showLogLine } from "../show-log-line.ts";

const MISPLACED = 6;
/** How a run that did not Complete ends the command. */
const STATUS_OF_STATE: Readonly<Record<string, number>> = {
  COMPLETED: 0,
  FAILED: 3,
  CRASHED: 4,
  CANCELLED: 5,
};
const ANY_OTHER = 1;

export const runRun: Handler<RunCommandOptions> = async (options, context) =>
  atSystem(options, context, async (system) => {
    const { display, print, printJson, reporter, signal } = context;
    const { deployment, worker, param: parameters = {}, json } = options;
    const say = json ? () => {} : print;
    const ran = await runFlow(
      system,
      {
        deployment,
        worker,
        parameters,
        signal,
        onStart: ({ name, id }) => say(`Flow run ${name} (${id})`),
        onState: (state) => say(display.paint("bold", state)),
        onLog: ({ timestamp, level, message }) => {
          const line = {
            at: timestamp,
            source: "prefect",
            task: undefined,
            level: levelOf(level),
            text: message,
          } as const;
          for (const text of showLogLine(line, display)) say(text);
        },
      },
      reporter,
    );
    if (json) printJson(asJson(ran));
    else for (const line of summarize(ran)) print(line);
    return statusOf(ran);
  });

const statusOf = ({ run, misplaced }: RanFlow): number =>
  misplaced.length > 0 ? MISPLACED : (STATUS_OF_STATE[run.state.type] ?? ANY_OTHER);

/** How it ended, where it ran, and what to try next. */
function summarize({ run, task, misplaced, explanation }: RanFlow): string[] {
  const took = run.start && run.end ? ` in ${span(run.end.getTime() - run.start.getTime())}` : "";
  const message = run.state.type === "COMPLETED" || !run.state.message ? "" : `: ${run.state.message}`;
  return [
    "",
    `${run.name} ${run.state.name}${took}${message}`,
    ...(misplaced.length > 0
      ? ["But not where it should have run:", ...misplaced.map((line) => `  ${line}`)]
      : []),
    ...(explanation
      ? [`It crashed: ${explanation.sentence}`, ...explanation.evidence.map((line) => `  ${line}`)]
      : []),
    ...(task
      ? [
          "",
          `  task             ${task.taskArn.split("/").at(-1)}`,
          `  cluster          ${task.clusterArn.split("/").at(-1)}`,
          `  subnet           ${task.subnetId ?? "no longer known"}`,
          `  security groups  ${task.securityGroupIds.join(", ") || "no longer known"}`,
          `  task role        ${task.taskRoleArn ?? "none"}`,
          `  execution role   ${task.executionRoleArn ?? "none"}`,
        ]
      : []),
    "",
    next(run.name, misplaced, explanation?.remedy, run.state.type === "COMPLETED"),
  ];
}

function next(
  name: string,
  misplaced: readonly string[],
  remedy: string | undefined,
  completed: boolean,
): string {
  if (remedy) return `Next: ${remedy}`;
  if (misplaced.length > 0)
    return "Next: prefect-fargate wire, which puts the system's places into the work pool.";
  return completed ? "Next: prefect-fargate status" : `Next: prefect-fargate logs ${name}`;
}

const asJson = ({ run, task, misplaced, explanation }: RanFlow) => {
  const { id, name, state, workPool, start, end } = run;
  return {
    id,
    name,
    state,
    workPool,
    start,
    end,
    task: task ?? null,
    misplaced,
    explanation: explanation ?? null,
  };
};
