import { Agent as HttpAgent, get as httpGet, type IncomingMessage } from "node:http";
import { Agent as HttpsAgent, get as httpsGet } from "node:https";

/** Releases are served without redirects; a company's mirror may need a few. */
const MOST_REDIRECTS = 5;

export interface GetOptions {
  /** Time without any answer or data until it is given up. */
  readonly silenceTimeoutMs: number;
  readonly signal?: AbortSignal;
  /** @default process.env; HTTPS_PROXY, HTTP_PROXY and NO_PROXY are honoured (Node 24 and newer) */
  readonly env?: NodeJS.ProcessEnv;
}

/** Opens a URL and gives the answer with its body unread. Any status but 200 is an error that says which. */
export async function openUrl(url: string, options: GetOptions, redirects = 0): Promise<IncomingMessage> {
  const response = await request(new URL(url), options);
  const { statusCode = 0, headers } = response;
  if (statusCode === 200) return response;
  response.destroy();
  if (statusCode >= 300 && statusCode < 400 && headers.location !== undefined && redirects < MOST_REDIRECTS) {
    return openUrl(new URL(headers.location, url).href, options, redirects + 1);
  }
  throw new Error(`${url} answered ${statusCode}`);
}

function request(
  url: URL,
  { silenceTimeoutMs, signal, env = process.env }: GetOptions,
): Promise<IncomingMessage> {
  const isHttps = url.protocol === "https:";
  const agent = isHttps ? new HttpsAgent({ proxyEnv: env }) : new HttpAgent({ proxyEnv: env });
  return new Promise((resolve, reject) => {
    const asking = (isHttps ? httpsGet : httpGet)(url, { agent, signal }, resolve);
    asking.once("error", (error) => reject(new Error(reasonOf(error, url), { cause: error })));
    asking.setTimeout(silenceTimeoutMs, () =>
      asking.destroy(new Error(`${url.host} said nothing for ${silenceTimeoutMs / 1000} s`)),
    );
  });
}

function reasonOf(error: NodeJS.ErrnoException, url: URL): string {
  if (error.code === "ENOTFOUND" || error.code === "EAI_AGAIN") return `${url.hostname} is not known here`;
  if (error.code === "ECONNREFUSED") return `${url.host} refuses the connection`;
  return error.message;
}
