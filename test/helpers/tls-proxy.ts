import { once } from "node:events";
import { request as forward, type IncomingMessage } from "node:http";
import { createServer } from "node:https";
import { type AddressInfo, connect, type Socket } from "node:net";
import type { Authority } from "./authority.ts";

export interface TlsProxy {
  readonly port: number;
  /** `https://127.0.0.1:PORT` */
  readonly origin: string;
  close(): Promise<void>;
}

/** What stands in front of a server that speaks http alone: takes TLS off, passes requests and websockets on. */
export async function startTlsProxy(
  targetPort: number,
  { key, certificate }: Pick<Authority, "key" | "certificate">,
): Promise<TlsProxy> {
  const sockets = new Set<Socket>();
  const server = createServer({ key, cert: certificate }, (request, response) => {
    const { method, url, headers } = request;
    const onward = forward({ host: "127.0.0.1", port: targetPort, method, path: url, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    onward.on("error", () => response.destroy());
    request.pipe(onward);
  });
  server.on("upgrade", (request: IncomingMessage, socket: Socket, head: Buffer) => {
    const onward = connect(targetPort, "127.0.0.1", () => {
      const { rawHeaders, method, url } = request;
      const lines = Array.from(
        { length: rawHeaders.length / 2 },
        (_, index) => `${rawHeaders[2 * index]}: ${rawHeaders[2 * index + 1]}`,
      );
      onward.write(`${method} ${url} HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\n`);
      onward.write(head);
      socket.pipe(onward).pipe(socket);
    });
    onward.on("error", () => socket.destroy());
    socket.on("error", () => onward.destroy());
  });
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    port,
    origin: `https://127.0.0.1:${port}`,
    async close() {
      const closed = once(server, "close");
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
