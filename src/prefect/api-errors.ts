import { PrefectFargateError } from "#errors";
import { connectionTrouble } from "./connection-trouble.ts";

/** An answer that is not the one we asked for. */
export interface Refusal {
  readonly status: number;
  /** What Prefect said, already free of secrets. */
  readonly said: string | undefined;
  /** What we were doing: "creating the work pool ecs-work-pool". */
  readonly doing: string;
  readonly apiUrl: string;
}

export function unreachable(apiUrl: string, doing: string, error: unknown): PrefectFargateError {
  const { reason, hint } = connectionTrouble(error);
  return new PrefectFargateError(
    "PREFECT_UNREACHABLE",
    `The Prefect API at ${apiUrl} did not answer when ${doing}: ${reason}.`,
    {
      source: "environment",
      cause: error,
      hint: hint ?? `Check that it is up and can be reached from here: curl ${apiUrl}/health`,
    },
  );
}

/** A page, a redirect to a login, somebody else's JSON: there is a server, but not Prefect's API. */
export function notAnApi(apiUrl: string, found: string): PrefectFargateError {
  const { hostname, origin } = new URL(apiUrl);
  const hint =
    hostname === "app.prefect.cloud"
      ? 'That is Prefect Cloud\'s web page. Its API is apiUrl: "https://api.prefect.cloud/api".'
      : `The API of a Prefect server ends in /api: apiUrl: "${origin}/api".`;
  return new PrefectFargateError(
    "PREFECT_NOT_AN_API",
    `${apiUrl} is not a Prefect API: it answers ${found}.`,
    {
      hint,
    },
  );
}

/** Everything but the questions of access (401, 403, 404), which need a second look. */
export function refused({ status, said, doing, apiUrl }: Refusal): PrefectFargateError {
  const details = said === undefined ? [] : [`Prefect said: ${said}`];
  if (status === 409)
    return new PrefectFargateError("PREFECT_CONFLICT", `Prefect refused ${doing}: it exists already.`, {
      details,
    });
  if (status === 422 || status === 400)
    return new PrefectFargateError(
      "PREFECT_REJECTED",
      `Prefect at ${apiUrl} did not accept the request when ${doing}.`,
      { details },
    );
  if (status === 402)
    return new PrefectFargateError("PREFECT_PLAN_LIMIT", `Your Prefect Cloud plan does not allow ${doing}.`, {
      details,
      hint: "See what your plan includes: https://www.prefect.io/pricing",
    });
  if (status === 429)
    return new PrefectFargateError(
      "PREFECT_RATE_LIMITED",
      `Prefect's rate limit was reached when ${doing}.`,
      {
        source: "environment",
        details,
        hint: "Wait a minute and do it again.",
      },
    );
  return new PrefectFargateError("PREFECT_FAILED", `Prefect at ${apiUrl} answered ${status} when ${doing}.`, {
    source: "environment",
    details,
    ...(status >= 500 ? { hint: "Look at the server's log, or at https://prefect.status.io." } : {}),
  });
}

/** FastAPI says `detail`, Prefect's own handlers `exception_message` or `exception_detail`. */
export function saying(body: unknown): string | undefined {
  if (typeof body === "string") return body.trim() === "" ? undefined : shorten(body.trim());
  if (typeof body !== "object" || body === null) return undefined;
  const { detail, exception_detail, exception_message, message, error } = body as Record<string, unknown>;
  const found = exception_detail ?? detail ?? exception_message ?? message ?? error;
  if (found === undefined || found === null) return shorten(JSON.stringify(body));
  return shorten(typeof found === "string" ? found : JSON.stringify(found));
}

const LONGEST_SAYING = 600;

function shorten(text: string): string {
  const line = text.replace(/\s+/g, " ");
  return line.length > LONGEST_SAYING ? `${line.slice(0, LONGEST_SAYING)}…` : line;
}
