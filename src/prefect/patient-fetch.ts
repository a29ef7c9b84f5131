import { setTimeout as sleep } from "node:timers/promises";
import { connectionTrouble } from "./connection-trouble.ts";

/**
 * Answers that mean "later", as Prefect's own client reads them, and a gateway's "not now".
 * A server on SQLite gives 503 when its database is locked for a moment.
 */
const PASSING_STATUSES: ReadonlySet<number> = new Set([408, 429, 502, 503, 504]);

/** Answers of these statuses have no body, and `Response` refuses one. */
export const BODILESS_STATUSES: ReadonlySet<number> = new Set([204, 205, 304]);

/** One attempt: `fetch` itself, or what does the same with other authorities. */
export type Transport = (request: Request, options: { readonly signal: AbortSignal }) => Promise<Response>;

export interface Patience {
  /** How often a request is sent at most. */
  readonly attempts: number;
  /** For one attempt, the body included. */
  readonly timeoutMs: number;
  /** The wait before the second attempt is about this; it doubles from then on, up to `longestWaitMs`. */
  readonly firstWaitMs: number;
  readonly longestWaitMs: number;
  /** A server that asks for a longer wait than this is taken to have refused. */
  readonly longestRetryAfterMs: number;
}

export const defaultPatience: Patience = {
  attempts: 6,
  timeoutMs: 30_000,
  firstWaitMs: 250,
  longestWaitMs: 8_000,
  longestRetryAfterMs: 60_000,
};

/**
 * `fetch` that tries again where that helps: overload, rate limits (honouring `Retry-After`), dropped
 * connections. Waits have jitter, so that many clients do not come back at once. Whatever cannot be mended
 * is returned or thrown as it came.
 */
export function patientFetch(
  patience: Patience = defaultPatience,
  signal?: AbortSignal,
  transport: Transport = fetch,
): (request: Request) => Promise<Response> {
  return async (request) => {
    for (let attempt = 1; ; attempt++) {
      const last = attempt >= patience.attempts;
      try {
        const response = await fetchWhole(transport, request.clone(), patience.timeoutMs, signal);
        if (last || !PASSING_STATUSES.has(response.status)) return response;
        const asked = retryAfterMs(response.headers.get("retry-after"));
        if (asked !== undefined && asked > patience.longestRetryAfterMs) return response;
        await sleep(asked ?? waitMs(attempt, patience), undefined, { signal });
      } catch (error) {
        signal?.throwIfAborted();
        if (last || !connectionTrouble(error).passing) throw error;
        await sleep(waitMs(attempt, patience), undefined, { signal });
      }
    }
  };
}

/** Reads the body too, so that an answer that breaks off counts as no answer. */
async function fetchWhole(
  transport: Transport,
  request: Request,
  timeoutMs: number,
  signal?: AbortSignal,
): Promise<Response> {
  const timeout = AbortSignal.timeout(timeoutMs);
  const response = await transport(request, {
    signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
  });
  const body = await response.arrayBuffer();
  const { status, statusText, headers } = response;
  return new Response(BODILESS_STATUSES.has(status) ? null : body, { status, statusText, headers });
}

/** Between half and all of the doubled wait. */
function waitMs(attempt: number, { firstWaitMs, longestWaitMs }: Patience): number {
  const whole = Math.min(firstWaitMs * 2 ** (attempt - 1), longestWaitMs);
  return whole * (0.5 + Math.random() / 2);
}

/** Seconds or a date. https://www.rfc-editor.org/rfc/rfc9110#field.retry-after */
export function retryAfterMs(header: string | null, now: number = Date.now()): number | undefined {
  if (header === null || header.trim() === "") return undefined;
  const seconds = Number(header);
  if (Number.isFinite(seconds)) return Math.max(0, seconds * 1000);
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
