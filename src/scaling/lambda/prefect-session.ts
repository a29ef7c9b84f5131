import type { Transport } from "#prefect/patient-fetch.ts";
import type { AskPrefect } from "../reading/read-prefect.ts";
import type { PrefectRequest } from "../reading/request-plan.ts";
import { Trouble } from "./trouble.ts";

/** Longer than a busy server takes, shorter than the time between two looks. */
const TIMEOUT_MS = 8_000;
/** When Prefect says "too many requests" and not for how long. */
const QUIET_SECONDS = 30;

/** A connection that was kept from the last look may be closed by now. All that is asked only reads, so it is asked once more. */
const CLOSED_MEANWHILE: ReadonlySet<string> = new Set(["ECONNRESET", "EPIPE", "UND_ERR_SOCKET"]);

export interface PrefectSession {
  readonly apiUrl: string;
  /** What is said in the header `authorization`, as the secret has it now; undefined for a server that asks for nothing. */
  readonly readAuthorization: (() => Promise<string>) | undefined;
  /** `fetch`, or what does the same with other authorities. */
  readonly transport: Transport;
  /** Seconds since 1970. */
  readonly now: () => number;
}

/**
 * Asks Prefect with what the secret holds, and reads that anew when it is refused: so a rotated key needs no word to us.
 * After a 429 nothing is asked for as long as Prefect wants.
 */
export function askPrefectAs({ apiUrl, readAuthorization, transport, now }: PrefectSession): AskPrefect {
  const read = readAuthorization ?? (async () => undefined);
  let authorization: Promise<string | undefined> | undefined;
  let quietUntil = 0;

  return async (request) => {
    if (now() < quietUntil)
      throw new Trouble(`Prefect answered 429 and is not asked again for ${Math.ceil(quietUntil - now())} s`);
    authorization ??= read();
    const used = authorization;
    const answer = await send(request, await used.catch(forget));
    if (!readAuthorization || (answer.status !== 401 && answer.status !== 403)) return bodyOf(answer);
    // Several requests are refused together; the first that notices has the secret read again.
    if (authorization === used) authorization = read();
    return bodyOf(await send(request, await authorization.catch(forget)));
  };

  function forget(error: unknown): never {
    authorization = undefined;
    throw error;
  }

  function bodyOf(answer: Response): Promise<unknown> {
    if (answer.ok) return answer.json();
    if (answer.status === 429) {
      const seconds = Number(answer.headers.get("retry-after"));
      quietUntil = now() + (seconds > 0 ? seconds : QUIET_SECONDS);
    }
    throw new Trouble(`Prefect answered ${answer.status}`);
  }

  async function send(request: PrefectRequest, said: string | undefined): Promise<Response> {
    try {
      return await attempt(request, said).catch((error: unknown) => {
        if (!CLOSED_MEANWHILE.has(codeOf(error) ?? "")) throw error;
        return attempt(request, said);
      });
    } catch (error) {
      const { name } = error as Error;
      const why = name === "TimeoutError" ? `for ${TIMEOUT_MS / 1000} s` : `(${codeOf(error) ?? name})`;
      throw new Trouble(`Prefect did not answer ${why}`);
    }
  }

  function attempt({ method, path, body }: PrefectRequest, said: string | undefined): Promise<Response> {
    const headers = { "content-type": "application/json", ...(said ? { authorization: said } : {}) };
    const text = body === undefined ? {} : { body: JSON.stringify(body) };
    const request = new Request(`${apiUrl.replace(/\/$/, "")}${path}`, { method, headers, ...text });
    return transport(request, { signal: AbortSignal.timeout(TIMEOUT_MS) });
  }
}

function codeOf(error: unknown): string | undefined {
  const { code, cause } = error as Error & { code?: string; cause?: { code?: string } };
  return cause?.code ?? (typeof code === "string" ? code : undefined);
}
