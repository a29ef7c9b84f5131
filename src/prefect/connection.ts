import createClient, { type Client } from "openapi-fetch";
import { PrefectFargateError } from "#errors";
import type { paths as Paths3 } from "./api-3.ts";
import { type ApiAddress, parseApiAddress } from "./api-address.ts";
import { notAnApi, refused, saying, unreachable } from "./api-errors.ts";
import { explainAccess, type ReachableWorkspace } from "./cloud-access.ts";
import { defaultPatience, type Patience, patientFetch } from "./patient-fetch.ts";
import { transportFor } from "./trusting-fetch.ts";

export interface ConnectionOptions {
  /** The API of a server or a workspace, as the worker uses it. */
  readonly apiUrl: string;
  readonly version: 2 | 3;
  /** Of Prefect Cloud. Never shown, also where Prefect itself repeats it. */
  readonly apiKey?: string;
  /** Of a self-hosted server: `user:password`. Used when there is no key. */
  readonly authString?: string;
  /** Authorities (PEM) that are trusted for this API instead of the public ones. @default - the public ones */
  readonly caCertificates?: string | undefined;
  /** Ends whatever is under way. */
  readonly signal?: AbortSignal | undefined;
  /** @default six attempts of 30 s each */
  readonly patience?: Partial<Patience>;
}

/** What `openapi-fetch` gives for any call. */
interface Outcome<T> {
  readonly data?: T;
  readonly error?: unknown;
  readonly response: Response;
}

/** Typed calls, and one way of reading what came back. */
export interface Connection {
  readonly address: ApiAddress;
  readonly version: 2 | 3;
  /** Calls that both majors understand alike are typed by Prefect 3's API. */
  readonly api: Client<Paths3>;
  /** Gives the answer's content; throws PREFECT_* for everything else. `doing` completes "… when ___". */
  answer<T>(call: Promise<Outcome<T>>, doing: string): Promise<T>;
  /** As `answer`, with undefined for what does not exist. A wrong workspace is not taken for that. */
  answerIfThere<T>(call: Promise<Outcome<T>>, doing: string): Promise<T | undefined>;
  /**
   * What Prefect Cloud serves above its workspaces, such as `/me/workspaces`; undefined where that is not served, as on a server
   * of one's own, or not to this key.
   */
  askCloud(path: string, doing: string): Promise<unknown>;
}

export function openConnection(options: ConnectionOptions): Connection {
  const address = parseApiAddress(options.apiUrl);
  const { apiKey, authString } = options;
  const secrets = [apiKey, authString].filter((secret) => secret !== undefined && secret !== "") as string[];
  const credentials = apiKey ? "key" : authString ? "auth string" : "none";
  if (apiKey) refuseMalformed(apiKey);
  const headers: Record<string, string> = {};
  if (apiKey) headers.Authorization = `Bearer ${apiKey}`;
  else if (authString) headers.Authorization = `Basic ${Buffer.from(authString).toString("base64")}`;

  const patience = { ...defaultPatience, ...options.patience };
  const send = patientFetch(patience, options.signal, transportFor(options.caCertificates));
  // A redirect of a POST would arrive as a GET: it is reported instead.
  const settings = { baseUrl: address.url, headers, redirect: "manual", fetch: ofPrefect } as const;
  const api = createClient<Paths3>(settings);

  /** Sends a request and makes sure that it is Prefect that answered. */
  async function ofPrefect(request: Request): Promise<Response> {
    const doing = `asking for ${new URL(request.url).pathname}`;
    const response = await send(request).catch((error: unknown) => {
      options.signal?.throwIfAborted();
      throw unreachable(address.url, doing, error);
    });
    const type = response.headers.get("content-type") ?? "";
    if (response.status >= 300 && response.status < 400)
      throw notAnApi(address.url, `a redirect to ${response.headers.get("location")}`);
    if (response.status < 500 && /^text\/html/i.test(type)) throw notAnApi(address.url, "a web page");
    if (response.ok && response.body !== null && !/json/i.test(type))
      throw notAnApi(address.url, type === "" ? "something that is not JSON" : type);
    return response;
  }

  async function read<T>(call: Promise<Outcome<T>>, doing: string): Promise<{ found: boolean; content?: T }> {
    const { data, error, response } = await call.catch((cause: unknown) => {
      throw cause instanceof SyntaxError ? notAnApi(address.url, "something that is not JSON") : cause;
    });
    if (response.ok) return { found: true, content: data };
    const { status } = response;
    const said = withoutSecrets(saying(error), secrets);
    if (status === 401 || status === 403) throw await accessProblem(status, doing, said);
    if (status === 405) throw notAnApi(address.url, "405 to a path of Prefect's");
    if (status !== 404) throw refused({ status, said, doing, apiUrl: address.url });
    // A wrong workspace is 404 as well, and so is a path that is not served, in FastAPI's own words.
    const suspicious = address.workspace !== undefined || said === "Not Found";
    if (suspicious && (await workspaceStatus()) !== 200) {
      if (!address.workspace) throw notAnApi(address.url, "404 to a path of Prefect's");
      throw await accessProblem(status, doing, said);
    }
    return { found: false };
  }

  async function answer<T>(call: Promise<Outcome<T>>, doing: string): Promise<T> {
    const { found, content } = await read(call, doing);
    if (found) return content as T;
    throw new PrefectFargateError(
      "PREFECT_NOT_FOUND",
      `Prefect at ${address.url} does not have what was asked for when ${doing}.`,
    );
  }

  async function answerIfThere<T>(call: Promise<Outcome<T>>, doing: string): Promise<T | undefined> {
    return (await read(call, doing)).content;
  }

  async function accessProblem(status: number, doing: string, said?: string): Promise<PrefectFargateError> {
    const seen = status === 401 ? 401 : await workspaceStatus();
    const reachable = seen === 401 || !address.workspace ? undefined : await reachableWorkspaces();
    return explainAccess({
      address,
      status: seen === 401 ? 401 : status,
      doing,
      reachable,
      credentials,
      said,
    });
  }

  /** A call that any key of the workspace may make. */
  async function workspaceStatus(): Promise<number> {
    const { response } = await api.POST("/work_pools/filter", { body: { limit: 1, offset: 0 } });
    return response.status;
  }

  async function reachableWorkspaces(): Promise<ReachableWorkspace[] | undefined> {
    const listed = await askCloud("/me/workspaces", "listing workspaces").catch(() => undefined);
    return Array.isArray(listed) ? listed : undefined;
  }

  async function askCloud(path: string, doing: string): Promise<unknown> {
    const request = new Request(`${address.root}${path}`, { headers, redirect: "manual" });
    const response = await send(request).catch((error: unknown) => {
      options.signal?.throwIfAborted();
      throw unreachable(address.root, doing, error);
    });
    if (response.status === 401)
      throw explainAccess({ address, status: 401, doing, reachable: undefined, credentials });
    return response.ok ? response.json().catch(() => undefined) : undefined;
  }

  return {
    address,
    version: options.version,
    api,
    answer,
    answerIfThere,
    askCloud,
  };
}

/** Node would name the whole header, key and all, in its own complaint. */
function refuseMalformed(secret: string): void {
  if (/^[\x21-\x7e]+$/.test(secret)) return;
  throw new PrefectFargateError(
    "PREFECT_KEY_MALFORMED",
    "The Prefect API key has a space, a line break or another character in it that no key has.",
    { hint: "Copy it again, without what stands around it." },
  );
}

function withoutSecrets(text: string | undefined, secrets: readonly string[]): string | undefined {
  return secrets.reduce((rest, secret) => rest?.replaceAll(secret, "(secret)"), text);
}
