import {
  type Agent,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request,
  type ServerResponse,
} from "node:http";
import { pipeline } from "node:stream";

/** These belong to one connection and are not handed on. https://www.rfc-editor.org/rfc/rfc9110#name-connection */
const HOP_BY_HOP: ReadonlySet<string> = new Set([
  "connection",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/** Headers that travel end to end: not those of the connection, nor those that it names itself. */
function endToEnd(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  const named = (headers.connection ?? "").split(",").map((name) => name.trim().toLowerCase());
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => !HOP_BY_HOP.has(name) && !named.includes(name)),
  );
}

export interface Forwarding {
  readonly target: URL;
  readonly agent: Agent;
  /** On the target. */
  readonly path: string;
  /** Where a redirect to the target's `/api` leads instead. */
  readonly prefix: string;
}

/** Hands a request on and its answer back, both as streams. The key stays here. */
export function forward(incoming: IncomingMessage, answer: ServerResponse, to: Forwarding): void {
  const { authorization: _, ...headers } = endToEnd(incoming.headers);
  const outgoing = request({
    host: to.target.hostname,
    port: to.target.port,
    agent: to.agent,
    method: incoming.method,
    path: to.path,
    headers: { ...headers, host: to.target.host },
  });
  outgoing.on("response", (response) => {
    const back = endToEnd(response.headers);
    if (back.location) back.location = back.location.replace(`${to.target.origin}/api`, to.prefix);
    answer.writeHead(response.statusCode ?? 502, back);
    pipeline(response, answer, () => {});
  });
  outgoing.on("error", () => {
    if (answer.headersSent) answer.destroy();
    else refuse(answer, 503, { detail: "The server behind the door does not answer." });
  });
  answer.on("close", () => {
    if (!answer.writableFinished) outgoing.destroy();
  });
  pipeline(incoming, outgoing, () => {});
}

export function refuse(answer: ServerResponse, status: number, body: unknown): void {
  answer.writeHead(status, { "content-type": "application/json" });
  answer.end(JSON.stringify(body));
}
