/** Holds the certificates in a task's environment, as Fargate has no way to bring a file into a task. */
export const CA_VARIABLE = "PREFECT_FARGATE_CA";

/**
 * Writes the certificates into a file and starts what follows with it. Prefect 2 and 3 take the file's path in
 * PREFECT_API_SSL_CERT_FILE, and trust it for their API alone (prefect/client/orchestration: `cafile=cert_file`).
 * Double quotes only: the whole stands in single quotes where a command is one text.
 */
export const TRUST_SCRIPT = [
  'export PREFECT_API_SSL_CERT_FILE="/tmp/prefect-ca-$$.pem"',
  `printf "%s" "$${CA_VARIABLE}" > "$PREFECT_API_SSL_CERT_FILE"`,
  'exec "$@"',
].join("; ");

/** What stands before a command that is to trust the certificates. */
export const TRUSTED_START = ["sh", "-ec", TRUST_SCRIPT, "sh"];
