import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

interface EndpointAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** Answers a GET, or returns undefined when the path is not its own. */
export type EndpointHandler = (
  path: string,
  headers: IncomingMessage["headers"],
) => Promise<EndpointAnswer | undefined> | EndpointAnswer | undefined;

export interface EndpointServer {
  /** `http://127.0.0.1:PORT` */
  readonly origin: string;
  stop(): Promise<void>;
}

/**
 * What a container finds at 169.254.170.2 on Fargate, here on the loopback device and a free port: no process of
 * another machine can ask, and no rights are needed.
 */
export async function startEndpointServer(handlers: readonly EndpointHandler[]): Promise<EndpointServer> {
  const server = createServer(async (request, response) => {
    const { status, body } = await answer(request).catch((error: Error) => ({
      status: 500,
      body: { message: error.message },
    }));
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  });

  async function answer(request: IncomingMessage): Promise<EndpointAnswer> {
    const path = new URL(request.url ?? "/", "http://127.0.0.1").pathname;
    if (request.method !== "GET") return { status: 405, body: { message: "Only GET is served here." } };
    for (const handler of handlers) {
      const found = await handler(path, request.headers);
      if (found) return found;
    }
    return { status: 404, body: { message: `Nothing is served at ${path}.` } };
  }

  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
