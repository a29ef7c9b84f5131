import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

interface EndpointAnswer {
  readonly status: number;
  readonly body: unknown;
}

export interface EndpointRequest {
  readonly method: "GET" | "PUT";
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  /** Empty for a GET. */
  readonly body: string;
}

/** Answers a request, or returns undefined when the path is not its own. */
export type EndpointHandler = (
  request: EndpointRequest,
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
    const { method, headers } = request;
    if (method !== "GET" && method !== "PUT")
      return { status: 405, body: { message: "Only GET and PUT are served here." } };
    const body = method === "PUT" ? await text(request) : "";
    for (const handler of handlers) {
      const found = await handler({ method, path, headers, body });
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
