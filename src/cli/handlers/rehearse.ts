import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import { loadConfig } from "#config/load-config.ts";
import { Cancelled, PrefectFargateError } from "#errors";
import { type RehearsalResult, type RehearsalUp, rehearse } from "#rehearsal/rehearse.ts";
import type { Reporter } from "#reporter";
import type { Handler } from "../command-spec.ts";
import type { RehearseCommandOptions } from "../commands/rehearse.ts";
import type { FlowArgument } from "../flow-argument.ts";

const LONGEST_RETURNED = 100;

export const runRehearse: Handler<RehearseCommandOptions> = async (options, context) => {
  const { cwd, env, reporter, signal, print, printJson } = context;
  const overrides = {
    ...(options.prefect && { prefect: { version: options.prefect === "3" ? 3 : 2 } as const }),
    ...(options.existingVpc && { network: { kind: "existing", assignPublicIp: true } as const }),
  };
  const { config } = await loadConfig({
    cwd,
    file: options.config,
    environment: options.env,
    env,
    overrides,
  });
  const flow = options.flow && (await locateFlow(options.flow, cwd));
  const whileUp = options.keep ? keepUp(reporter, signal) : undefined;
  const result = await rehearse({ config, flow, whileUp, signal }, reporter).catch((error: unknown) => {
    // What broke off because of it is of no interest: it went together with the rehearsal's whole world.
    throw signal.aborted ? new Cancelled("Everything was taken down.") : error;
  });
  if (options.json) return printJson(result);
  for (const line of summarize(result)) print(line);
};

/** Sees that the flow's file is there, before a minute is spent on surroundings for it. */
async function locateFlow({ file, name }: FlowArgument, cwd: string): Promise<FlowArgument> {
  const path = resolve(cwd, file);
  const status = await stat(path).catch(() => undefined);
  if (status?.isFile()) return { file: path, name };
  throw new PrefectFargateError("FLOW_FILE_MISSING", `There is no file ${file} with the flow ${name}.`, {
    hint: "Give the path of a Python file, relative to this folder: --flow flows.py:nightly",
  });
}

/** Says where to look, and waits for Ctrl-C. */
const keepUp =
  (reporter: Reporter, signal: AbortSignal) =>
  async ({ result: { flowRun, prefect } }: RehearsalUp): Promise<void> => {
    reporter.note(`The flow run ${flowRun.name} is ${flowRun.state}. Prefect's pages: ${prefect.uiUrl}`);
    reporter.note("Everything stays up until you press Ctrl-C.");
    // A signal alone does not keep a process alive.
    const alive = setInterval(() => {}, 60_000);
    if (!signal.aborted)
      await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
    clearInterval(alive);
  };

/** The result in a few lines, ending with what to try next. */
function summarize({ prefect, resources, worker, flowRun, seconds }: RehearsalResult): string[] {
  return [
    `${worker.name} came ${worker.status} in ${worker.workPool}, and the flow run ${flowRun.name} ${flowRun.state} as a Fargate task.`,
    "",
    `  Prefect     ${prefect.release}`,
    `  resources   ${resources} created and removed`,
    ...flowRun.printed.map((line, index) => `  ${index === 0 ? "printed" : "       "}     ${line}`),
    ...(flowRun.returned === undefined
      ? []
      : [`  returned    ${shortened(JSON.stringify(flowRun.returned))}`]),
    `  time        ${seconds.toFixed(1)} s`,
    "",
    "Next: prefect-fargate synth --out infrastructure, which writes the same Terraform for your account.",
  ];
}

/** --json has it whole. */
const shortened = (text: string): string =>
  text.length > LONGEST_RETURNED ? `${text.slice(0, LONGEST_RETURNED - 1)}…` : text;
