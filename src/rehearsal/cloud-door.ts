import { once } from "node:events";
import { Agent, createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { WebSocketServer } from "ws";
import { PrefectFargateError } from "#errors";
import { bearsKey, type DoorTenant, decide } from "./cloud-door-access.ts";
import { forward, refuse } from "./cloud-door-http.ts";
import { forwardSocket, refuseUpgrade } from "./cloud-door-websocket.ts";

/** Longer than Prefect's clients keep an idle connection, so that none is closed under a request. */
const KEEP_ALIVE_MS = 3_600_000;

export interface CloudDoorOptions extends DoorTenant {
  /** The server behind, such as `http://127.0.0.1:4200`. Until it is known, who comes waits. */
  readonly target: string | Promise<string>;
  readonly version: 2 | 3;
  /** The key that is let in from the beginning. */
  readonly apiKey: string;
  /** @default a free one */
  readonly port?: number;
}

/** What came to the door. Keys are not kept. */
interface DoorRequest {
  /** `WS` for websockets. */
  readonly method: string;
  readonly path: string;
  /** 101 for a websocket that was let in. */
  readonly status: number;
}

export interface CloudDoor {
  /** `http://127.0.0.1:PORT/api`: what PREFECT_CLOUD_API_URL is on Prefect Cloud. */
  readonly apiUrl: string;
  /** The workspace's API, for PREFECT_API_URL. */
  readonly workspaceUrl: string;
  /**
   * For workers and flow runs behind the door, as images have it on Prefect Cloud by default: without it their websockets
   * come without the key.
   */
  readonly env: { readonly PREFECT_CLOUD_API_URL: string };
  requests(): readonly DoorRequest[];
  /** Lets another key in as well, as when a person makes one. */
  admit(apiKey: string): void;
  /** Lets a key in no longer, as when a person deletes it. Connections that it opened stay. */
  revoke(apiKey: string): void;
  /** Closes every connection. Twice does no harm. */
  stop(): Promise<void>;
}

/**
 * Prefect Cloud's front door before a Prefect server of this machine: the server's API under
 * `/api/accounts/…/workspaces/…`, for whoever has the key, websockets included.
 *
 * @throws PORT_TAKEN
 */
export async function startCloudDoor(options: CloudDoorOptions): Promise<CloudDoor> {
  const behind = Promise.resolve(options.target).then((target) => new URL(target));
  behind.catch(() => {}); // Each request sees it for itself.
  const agent = new Agent({ keepAlive: true, maxSockets: Number.POSITIVE_INFINITY });
  const sockets = new WebSocketServer({
    noServer: true,
    handleProtocols: ([first]) => first ?? false,
  });
  const keys = new Set([options.apiKey]);
  const seen: DoorRequest[] = [];
  const note = (method: string, url: string, status: number) =>
    void seen.push({ method, path: url.split("?")[0] ?? url, status });

  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS, requestTimeout: 0 }, (incoming, answer) => {
    const url = incoming.url ?? "/";
    answer.on("finish", () => note(incoming.method ?? "GET", url, answer.statusCode));
    const decision = decide(url, bearsKey(incoming.headers.authorization, keys), options);
    if (decision.kind === "pass") {
      const { path } = decision;
      behind.then(
        (target) => forward(incoming, answer, { target, agent, path, prefix: workspaceUrl }),
        () => refuse(answer, 503, { detail: "There is no server behind the door." }),
      );
      return;
    }
    refuse(answer, decision.status, decision.body);
    incoming.resume();
  });

  server.on("upgrade", (incoming: IncomingMessage, socket: Duplex, head: Buffer) => {
    const url = incoming.url ?? "/";
    const { authorization } = incoming.headers;
    socket.on("error", () => socket.destroy());
    // Without a header the key may come as the first message; a wrong header is refused here.
    const authorized = authorization === undefined || bearsKey(authorization, keys);
    const decision = decide(url, authorized, options);
    if (decision.kind === "answer") {
      note("WS", url, decision.status);
      refuseUpgrade(socket, decision.status);
      return;
    }
    note("WS", url, 101);
    const { path } = decision;
    behind
      .then((target) =>
        forwardSocket(incoming, socket, head, {
          server: sockets,
          targetUrl: `ws://${target.host}${path}`,
          firstMessageMustBear: authorization === undefined ? keys : undefined,
          // An open-source Prefect 2 server takes no events and would answer 500, which Cloud does not.
          discard: options.version === 2 && authorization !== undefined && /\/events\/in$/.test(path),
          onRefused: () => note("WS", url, 401),
        }),
      )
      .catch(() => !socket.writableEnded && socket.destroy());
  });

  await listen(server, options.port ?? 0);
  const { port } = server.address() as AddressInfo;
  const apiUrl = `http://127.0.0.1:${port}/api`;
  const workspaceUrl = `${apiUrl}/accounts/${options.accountId}/workspaces/${options.workspaceId}`;

  let stopped: Promise<void> | undefined;
  const stop = () => {
    stopped ??= new Promise((resolve) => {
      server.close(() => resolve());
      for (const client of sockets.clients) client.terminate();
      sockets.close();
      server.closeAllConnections();
      agent.destroy();
    });
    return stopped;
  };
  return {
    apiUrl,
    workspaceUrl,
    env: { PREFECT_CLOUD_API_URL: apiUrl },
    requests: () => [...seen],
    admit: (apiKey) => void keys.add(apiKey),
    revoke: (apiKey) => void keys.delete(apiKey),
    stop,
  };
}

async function listen(server: ReturnType<typeof createServer>, port: number): Promise<void> {
  server.listen(port, "127.0.0.1");
  await once(server, "listening").catch((cause: NodeJS.ErrnoException) => {
    throw new PrefectFargateError(
      "PORT_TAKEN",
      `Port ${port} of 127.0.0.1 cannot be used for the Prefect Cloud door: ${cause.code ?? cause.message}.`,
      { source: "environment", cause, hint: `See who has it (lsof -i :${port}), or choose another port.` },
    );
  });
}
