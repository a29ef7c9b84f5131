import { describeSupervisedWorker } from "../helpers/supervised-worker.ts";

describeSupervisedWorker(2);
