import type { Diagnosis } from "#actions/diagnosis/diagnose.ts";
import { WorkerNotOnline } from "#actions/diagnosis/worker-not-online.ts";
import { describeError, showError } from "#cli/show-error.ts";
import { PrefectFargateError } from "#errors";

/** What the gate says of itself, below everything else. How long it waited and what it saw last differ from deploy to deploy. */
const GATE = new PrefectFargateError(
  "TIMED_OUT",
  "Waited SECONDS s for service dev-worker; last seen: STATE.",
);

/** What `deploy` prints when its gate comes to this diagnosis: the same error, shown in the same way. */
export function printedByDeploy(diagnosis: Diagnosis): string {
  const error = describeError(new WorkerNotOnline("dev-worker", diagnosis, GATE), ["deploy"]);
  return showError(error, { stream: { write: () => true }, env: {}, debug: false });
}
