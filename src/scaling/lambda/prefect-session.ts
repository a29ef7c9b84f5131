import type { AskPrefect } from "../reading/read-prefect.ts";
import type { PrefectRequest } from "../reading/request-plan.ts";
import { Trouble } from "./trouble.ts";

/** Longer than a busy server takes, shorter than the time between two looks. */
const TIMEOUT_MS = 8_000;
/** When Prefect says "too many requests" and not for how long. */
const QUIET_SECONDS = 30;

export interface PrefectSession {
  readonly apiUrl: string;
  /** The API key as the secret has it now. */
  readonly readKey: () => Promise<string>;
  /** Seconds since 1970. */
  readonly now: () => number;
}

/**
 * Asks Prefect with the key from the secret, and reads the key anew when it is refused: so a rotated key needs no word to us.
 * After a 429 nothing is asked for as long as Prefect wants.
 */
export function askPrefectAs({ apiUrl, readKey, now }: PrefectSession): AskPrefect {
  let key: Promise<string> | undefined;
  let quietUntil = 0;

  return async (request) => {
    if (now() < quietUntil)
      throw new Trouble(`Prefect answered 429 and is not asked again for ${Math.ceil(quietUntil - now())} s`);
    key ??= readKey();
    const used = key;
    const answer = await send(apiUrl, request, await used.catch(forget));
    if (answer.status !== 401 && answer.status !== 403) return bodyOf(answer);
    // Several requests are refused together; the first that notices has the key read again.
    if (key === used) key = readKey();
    return bodyOf(await send(apiUrl, request, await key.catch(forget)));
  };

  function forget(error: unknown): never {
    key = undefined;
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
}

async function send(apiUrl: string, { method, path, body }: PrefectRequest, key: string): Promise<Response> {
  try {
    return await fetch(`${apiUrl.replace(/\/$/, "")}${path}`, {
      method,
      headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
  } catch (error) {
    const { name, cause } = error as Error & { cause?: { code?: string } };
    const why = name === "TimeoutError" ? `for ${TIMEOUT_MS / 1000} s` : `(${cause?.code ?? name})`;
    throw new Trouble(`Prefect did not answer ${why}`);
  }
}
