import { Token } from "cdktn";
import { bare, choose, tf } from "#terraform/expressions.ts";

/** Holds the certificates in a task's environment, as Fargate has no way to bring a file into a task. */
export const CA_VARIABLE = "PREFECT_FARGATE_CA";

/**
 * Writes the certificates into a file and starts what follows with it. Prefect 2 and 3 take the file's path in
 * PREFECT_API_SSL_CERT_FILE, and trust it for their API alone (prefect/client/orchestration: `cafile=cert_file`).
 * Double quotes only: the whole stands in single quotes where a command is one text.
 */
const TRUST = [
  'export PREFECT_API_SSL_CERT_FILE="/tmp/prefect-ca-$$.pem"',
  `printf "%s" "$${CA_VARIABLE}" > "$PREFECT_API_SSL_CERT_FILE"`,
  'exec "$@"',
].join("; ");

const isGiven = (caCertificates: string | null) =>
  caCertificates !== null && Token.isUnresolved(caCertificates)
    ? tf`${caCertificates} != null`
    : caCertificates !== null;

/** A command as a list, which trusts the certificates where there are any. */
export const trustingCommand = (caCertificates: string | null, command: string[]): string[] =>
  choose(isGiven(caCertificates), tf`concat(${["sh", "-ec", TRUST, "sh"]}, ${command})`.list, command);

/** The flow run's own command as one text, which Prefect takes apart as a shell would; null where its default will do. */
export const trustingFlowCommand = (caCertificates: string | null): string | null =>
  choose<string | null>(isGiven(caCertificates), `sh -ec '${TRUST}' sh prefect flow-run execute`, null);

/** The certificates as `environment` of a flow run's container, where there are any: its overrides could not hold them. */
export const trustedEnvironment = (caCertificates: string | null): unknown =>
  tf`{ for certificates in [${caCertificates}] : "environment" => [{ name = "${bare(CA_VARIABLE)}", value = certificates }] if certificates != null }`;
