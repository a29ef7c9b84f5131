import { PrefectFargateError } from "#errors";
import type { Diagnosed, Diagnosis } from "./diagnose.ts";

/** Other findings that are worth a line each. */
const MOST_OTHERS = 3;

/** A worker that did not come ONLINE, and why. `problems` reaches the JSON output whole. */
export class WorkerNotOnline extends PrefectFargateError {
  readonly diagnosis: Diagnosis;
  readonly problems: readonly Diagnosed[];

  /** @param gate what the gate waited for, and what it saw last */
  constructor(worker: string, diagnosis: Diagnosis, gate: PrefectFargateError) {
    const { main, others, seen } = diagnosis;
    super(
      "WORKER_NOT_ONLINE",
      main
        ? `Worker ${worker} did not come ONLINE: ${main.sentence}`
        : `Worker ${worker} did not come ONLINE, for a reason that prefect-fargate does not know. This is what there is to see:`,
      {
        source: "environment",
        cause: gate,
        details: main
          ? [...evidenceOf(main), ...others.slice(0, MOST_OTHERS).map(also), gate.message]
          : [gate.message, ...seen],
        hint: main?.remedy ?? "Read on: prefect-fargate logs --since 1h",
      },
    );
    this.diagnosis = diagnosis;
    this.problems = main ? [main, ...others] : others;
  }
}

const evidenceOf = ({ evidence, source }: Diagnosed): string[] => [...evidence, `See ${source}`];

const also = ({ sentence, remedy }: Diagnosed): string => `Also: ${sentence} → ${remedy}`;
