import type { RehearsalResult } from "#rehearsal/rehearse.ts";

/** A rehearsal's result in a few lines, ending with what to try next. */
export function summarizeRehearsal({
  prefect,
  resources,
  worker,
  flowRun,
  seconds,
}: RehearsalResult): string[] {
  return [
    `${worker.name} came ${worker.status} in ${worker.workPool}, and the flow run ${flowRun.name} ${flowRun.state} as a Fargate task.`,
    "",
    `  Prefect     ${prefect.release}`,
    `  resources   ${resources} created and removed`,
    ...flowRun.printed.map((line, index) => `  ${index === 0 ? "printed" : "       "}     ${line}`),
    ...(flowRun.returned === undefined ? [] : [`  returned    ${JSON.stringify(flowRun.returned)}`]),
    `  time        ${seconds.toFixed(1)} s`,
    "",
    "Next: prefect-fargate synth --out infrastructure, which writes the same Terraform for your account.",
  ];
}
