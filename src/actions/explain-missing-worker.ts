import type { PrefectFargateError } from "#errors";
import type { PrefectClient } from "#prefect/client.ts";
import type { AwsClients } from "./aws-clients.ts";
import { collectEvidence } from "./diagnosis/collect-evidence.ts";
import { diagnose } from "./diagnosis/diagnose.ts";
import { WorkerNotOnline } from "./diagnosis/worker-not-online.ts";
import type { System } from "./system.ts";

/**
 * Turns "the worker did not come ONLINE" into why: the likeliest cause in a sentence, the evidence for it, and what to
 * type. A cause that is unknown is called so, and everything that was seen is shown.
 */
export async function explainMissingWorker(
  name: string,
  system: System,
  clients: { aws: AwsClients; prefect: PrefectClient },
  gate: PrefectFargateError,
): Promise<WorkerNotOnline> {
  return new WorkerNotOnline(name, diagnose(await collectEvidence(name, system, clients)), gate);
}
