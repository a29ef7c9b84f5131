import { setTimeout as sleep } from "node:timers/promises";
import type { ControlPlane, TaskStateChange } from "./control-plane.ts";

const ATTEMPTS = 3;
const PAUSE_MS = 200;

export interface TaskReportsOptions {
  readonly taskArn: string;
  readonly controlPlane: ControlPlane;
  /** The answer to a report was that the task is not wanted any more, or unknown. */
  readonly onUnwanted: () => void;
  readonly onLoss: (sentence: string) => void;
}

/** What the control plane is told about one task: in order, one report after the other. */
export class TaskReports {
  readonly #options: TaskReportsOptions;
  #sent: Promise<void> = Promise.resolve();

  constructor(options: TaskReportsOptions) {
    this.#options = options;
  }

  /** Resolves when this report, and all before it, have arrived or are given up. Never rejects. */
  send(change: Omit<TaskStateChange, "task">): Promise<void> {
    this.#sent = this.#sent.then(() => this.#deliver({ task: this.#options.taskArn, ...change }));
    return this.#sent;
  }

  async #deliver(change: TaskStateChange): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        const desiredStatus = await this.#options.controlPlane.report(change);
        if (desiredStatus !== "RUNNING") this.#options.onUnwanted();
        return;
      } catch (error) {
        if (attempt === ATTEMPTS) return this.#options.onLoss(`A task's state was not reported: ${error}`);
        await sleep(PAUSE_MS);
      }
    }
  }
}
