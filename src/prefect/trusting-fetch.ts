import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { Agent, request as sendRequest } from "node:https";
import { BODILESS_STATUSES, type Transport } from "./patient-fetch.ts";

/**
 * `fetch`, or with certificates of a private authority what does the same and trusts that authority alone: for
 * Prefect's API and no other, as AWS and the registry of Terraform have public ones. Node's `fetch` takes no authorities.
 */
export function transportFor(caCertificates: string | undefined): Transport {
  if (caCertificates === undefined) return fetch;
  const agent = new Agent({ ca: caCertificates, keepAlive: true });
  return async (request, { signal }) => {
    try {
      return await send(request, agent, signal);
    } catch (error) {
      // As `fetch` does: the reason, and not that something was aborted.
      signal.throwIfAborted();
      throw error;
    }
  };
}

async function send(request: Request, agent: Agent, signal: AbortSignal): Promise<Response> {
  const { url, method, headers } = request;
  const body = Buffer.from(await request.arrayBuffer());
  // An attempt that was given up leaves no connection behind.
  const outgoing = sendRequest(url, { agent, method, headers: Object.fromEntries(headers), signal });
  outgoing.end(body);
  const [incoming] = (await once(outgoing, "response")) as [IncomingMessage];
  const parts: Buffer[] = [];
  for await (const part of incoming) parts.push(part as Buffer);
  const { statusCode: status = 0, statusMessage: statusText = "" } = incoming;
  const answer = BODILESS_STATUSES.has(status) ? null : Buffer.concat(parts);
  return new Response(answer, { status, statusText, headers: answeredHeaders(incoming) });
}

function answeredHeaders({ headersDistinct }: IncomingMessage): Headers {
  const headers = new Headers();
  for (const [name, values = []] of Object.entries(headersDistinct))
    for (const value of values) headers.append(name, value);
  return headers;
}
