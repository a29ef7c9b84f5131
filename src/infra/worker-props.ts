import type { Given } from "#terraform/define-module.ts";
import type { workerInterface } from "./interfaces/worker.ts";

/** What a worker is made of: the inputs of its module. */
export type WorkerProps = Given<typeof workerInterface.inputs>;
