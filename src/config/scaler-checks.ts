import type { Complaint } from "./complaint.ts";
import { fillPrefect } from "./prefect-schema.ts";
import type { ConfigFields } from "./schema.ts";

/** The scaler signs in with an API key and trusts public authorities, so what it looks after needs a server that is content with both. */
export function checkScaler(
  { prefect, workers }: ConfigFields,
  report: (complaint: Complaint, ...path: PropertyKey[]) => void,
): void {
  if (typeof prefect !== "object" || prefect === null) return;
  const { auth, caCertificates } = fillPrefect(prefect);
  if (auth === "key" && caCertificates === undefined) return;
  const works =
    auth === "key"
      ? "The scaler trusts public authorities alone, and prefect.caCertificates names another."
      : `The scaler signs in with an API key, and prefect.auth is ${JSON.stringify(auth)}.`;
  for (const [name, worker] of Object.entries(workers ?? {})) {
    if (worker?.type === "process")
      report(
        {
          verdict: "needs the scaler, which cannot ask this Prefect server",
          works,
          remedy: 'Set type: "ecs"',
        },
        "workers",
        name,
        "type",
      );
    else if (worker?.scaling?.mode === "queue")
      report(
        {
          verdict: "needs the scaler, which cannot ask this Prefect server",
          works,
          remedy: 'Set scaling: { mode: "fixed" }',
        },
        "workers",
        name,
        "scaling",
        "mode",
      );
  }
}
