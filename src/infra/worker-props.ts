import type { Given } from "#terraform/define-module.ts";
import type { processWorkerInterface } from "./interfaces/process-worker.ts";
import type { workerInterface } from "./interfaces/worker.ts";

/** What a worker is made of: the inputs of its module. */
export type WorkerProps = Given<typeof workerInterface.inputs>;

/** The same of a worker whose flow runs are inside its tasks. */
export type ProcessWorkerProps = Given<typeof processWorkerInterface.inputs>;
