import type { Complaint } from "./complaint.ts";
import { fillPrefect } from "./prefect-schema.ts";
import type { ConfigFields } from "./schema.ts";

/**
 * The scaler's schedule hands it the certificates, in an event of 8192 characters in which each worker has its row.
 * https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_Target.html
 */
const MOST_CHARACTERS = 4096;

/** Whether what the scaler needs to know of the Prefect server reaches it, where a worker is looked after by it. */
export function checkScaler(
  { prefect, workers }: ConfigFields,
  report: (complaint: Complaint, ...path: PropertyKey[]) => void,
): void {
  if (typeof prefect !== "object" || prefect === null) return;
  const { length } = fillPrefect(prefect).caCertificates ?? "";
  if (length <= MOST_CHARACTERS) return;
  const looksAfter = Object.entries(workers ?? {}).find(
    ([, worker]) => worker?.type === "process" || worker?.scaling?.mode === "queue",
  );
  if (!looksAfter) return;
  report(
    {
      verdict: `has ${length} characters, and the scaler that worker ${looksAfter[0]} needs takes ${MOST_CHARACTERS}`,
      works: "They reach it in the event of its schedule, which holds no more.",
      remedy: "Give only the authority that signed your server's certificate",
    },
    "prefect",
    "caCertificates",
  );
}
