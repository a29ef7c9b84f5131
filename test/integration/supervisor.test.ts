import { describeSupervisedWorker } from "../helpers/supervised-worker.ts";

// Prefect 2 is proved apart from CI.
describeSupervisedWorker(3);
