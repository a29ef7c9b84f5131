import { once } from "node:events";
import { type IncomingMessage, STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import { type RawData, WebSocket, type WebSocketServer } from "ws";
import { isKey } from "./cloud-door-access.ts";

/** https://www.rfc-editor.org/rfc/rfc6455#section-7.4.1 */
const POLICY_VIOLATION = 1008;
const INTERNAL_ERROR = 1011;
/** Codes that say why a connection ended and may not be sent themselves. */
const UNSENDABLE: ReadonlySet<number> = new Set([1005, 1006, 1015]);

type Message = [data: RawData, binary: boolean];

export interface SocketForwarding {
  readonly server: WebSocketServer;
  /** `ws://127.0.0.1:4200/api/events/in` */
  readonly targetUrl: string;
  /** One of these keys. Undefined when the request's header has shown it already. */
  readonly firstMessageMustBear: Iterable<string> | undefined;
  /** Takes what comes and answers nothing: for events that the server behind has no use for. */
  readonly discard: boolean;
  readonly onRefused: () => void;
}

/** Opens the connection to the server first, so that its refusal is the client's. */
export async function forwardSocket(
  incoming: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  to: SocketForwarding,
): Promise<void> {
  if (to.discard) {
    to.server.handleUpgrade(incoming, socket, head, (client) => client.on("message", () => {}));
    return;
  }
  const offered = (incoming.headers["sec-websocket-protocol"] ?? "").split(",").map((name) => name.trim());
  const upstream = new WebSocket(to.targetUrl, offered.filter(Boolean), { perMessageDeflate: false });
  // What the server says right after accepting must not be lost while the client is being accepted.
  const early: Message[] = [];
  const keep = (...message: Message) => void early.push(message);
  upstream.on("message", keep);
  await untilOpen(upstream, socket);
  to.server.handleUpgrade(incoming, socket, head, (client) => {
    for (const [data, binary] of early) client.send(data, { binary });
    upstream.off("message", keep);
    relayEnd(client, upstream);
    relayEnd(upstream, client);
    relayMessages(upstream, client);
    if (to.firstMessageMustBear === undefined) relayMessages(client, upstream);
    else client.once("message", (data) => admit(data, client, upstream, to));
  });
}

async function untilOpen(upstream: WebSocket, socket: Duplex): Promise<void> {
  const giveUp = () => upstream.terminate();
  socket.once("close", giveUp);
  upstream.on("unexpected-response", (_, response) => {
    refuseUpgrade(socket, response.statusCode ?? 502);
    giveUp();
  });
  try {
    await once(upstream, "open");
  } catch (error) {
    if (socket.writable) refuseUpgrade(socket, 503);
    throw error;
  } finally {
    socket.off("close", giveUp);
  }
}

/** Prefect's own handshake: `{"type": "auth", "token": KEY}` first. The server behind gets it without the key. */
function admit(data: RawData, client: WebSocket, upstream: WebSocket, to: SocketForwarding): void {
  const message = parse(data);
  const token = typeof message?.token === "string" ? message.token : "";
  if (message?.type === "auth" && isKey(token, to.firstMessageMustBear ?? [])) {
    upstream.send(JSON.stringify({ ...message, token: null }));
    relayMessages(client, upstream);
    return;
  }
  to.onRefused();
  client.close(POLICY_VIOLATION, "Invalid authentication credentials");
}

function relayMessages(from: WebSocket, to: WebSocket): void {
  from.on("message", (data, binary) => to.readyState === WebSocket.OPEN && to.send(data, { binary }));
}

function relayEnd(from: WebSocket, to: WebSocket): void {
  from.on("error", () => {}); // A close follows.
  from.on("close", (code, reason) => {
    if (code === 1006) to.close(INTERNAL_ERROR);
    else if (UNSENDABLE.has(code)) to.close();
    else to.close(code, reason);
  });
}

export function refuseUpgrade(socket: Duplex, status: number): void {
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ""}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`,
  );
}

function parse(data: RawData): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(data.toString());
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
