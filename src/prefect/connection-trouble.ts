/** What can be said about a request that got no answer, and whether the same request may be tried again. */
export interface ConnectionTrouble {
  /** The reason, to be put behind "because". */
  readonly reason: string;
  /** True when a moment later the same request may well be answered. */
  readonly passing: boolean;
  readonly hint?: string;
}

/** Codes of Node's sockets, DNS and TLS, and of undici (https://undici.nodejs.org/#/docs/api/Errors). */
const BY_CODE: Record<string, ConnectionTrouble> = {
  ECONNREFUSED: { reason: "nothing listens there (connection refused)", passing: false },
  ENOTFOUND: { reason: "its name cannot be resolved", passing: false, hint: "Check the host's spelling." },
  EAI_AGAIN: { reason: "the name server did not answer", passing: true },
  ECONNRESET: { reason: "the connection was reset", passing: true },
  EPIPE: { reason: "the connection was closed", passing: true },
  ETIMEDOUT: { reason: "the connection timed out", passing: true },
  EHOSTUNREACH: { reason: "there is no route to the host", passing: true },
  ENETUNREACH: { reason: "there is no network", passing: true },
  UND_ERR_SOCKET: { reason: "the connection was closed before the answer came", passing: true },
  UND_ERR_CONNECT_TIMEOUT: { reason: "no connection came about in time", passing: true },
  UND_ERR_HEADERS_TIMEOUT: { reason: "no answer came in time", passing: true },
  UND_ERR_BODY_TIMEOUT: { reason: "the answer broke off", passing: true },
};

const OWN_CERTIFICATE_HINT =
  'If your organization signs its own certificates, give its authority to workers, flow runs and this tool: prefect: { caCertificates: readFileSync("ca.pem", "utf8") }. For this machine alone: export NODE_EXTRA_CA_CERTS=/path/to/ca.pem';

/** Reads an error that `fetch` threw. */
export function connectionTrouble(error: unknown): ConnectionTrouble {
  if (error instanceof Error && error.name === "TimeoutError")
    return { reason: "no answer came in time", passing: true };
  const code = errorCode(error);
  if (code === undefined) return { reason: messageOf(error), passing: false };
  const known = BY_CODE[code];
  if (known) return known;
  if (/CERT|SELF_SIGNED|UNABLE_TO_(VERIFY|GET_ISSUER)/.test(code))
    return {
      reason: `its certificate is not trusted (${code})`,
      passing: false,
      hint: OWN_CERTIFICATE_HINT,
    };
  if (/^HPE_|^ERR_SSL|^EPROTO/.test(code))
    return {
      reason: `what answers there does not speak this protocol (${code})`,
      passing: false,
      hint: "Check http against https, and the port.",
    };
  return { reason: `${messageOf(error)} (${code})`, passing: false };
}

/** `fetch` wraps the socket's error, which for a host of several addresses wraps one for each. */
function errorCode(error: unknown): string | undefined {
  if (typeof error !== "object" || error === null) return undefined;
  if ("code" in error && typeof error.code === "string") return error.code;
  if ("errors" in error && Array.isArray(error.errors))
    return error.errors.map(errorCode).find((code) => code !== undefined);
  return "cause" in error ? errorCode(error.cause) : undefined;
}

function messageOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return cause instanceof Error ? cause.message : String(cause);
}
