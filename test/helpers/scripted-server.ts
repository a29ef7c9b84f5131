import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface ScriptedServer {
  readonly origin: string;
  /** Method and path of every request, in order. */
  readonly requests: readonly string[];
  stop(): Promise<void>;
}

type Turn = (answer: ServerResponse, incoming: IncomingMessage) => void;

/** A real HTTP server that plays one turn per request, the last one again and again. */
export async function scriptedServer(...turns: [Turn, ...Turn[]]): Promise<ScriptedServer> {
  const requests: string[] = [];
  const server = createServer((incoming, answer) => {
    const turn = turns[Math.min(requests.length, turns.length - 1)]!;
    requests.push(`${incoming.method} ${incoming.url}`);
    incoming.resume();
    incoming.on("end", () => turn(answer, incoming));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

export const json =
  (body: unknown, status = 200, headers: Record<string, string> = {}): Turn =>
  (answer) => {
    answer.writeHead(status, { "content-type": "application/json", ...headers });
    answer.end(JSON.stringify(body));
  };

export const html =
  (status = 200): Turn =>
  (answer) => {
    answer.writeHead(status, { "content-type": "text/html; charset=utf-8" });
    answer.end("<!doctype html><title>Prefect</title>");
  };

export const hangUp: Turn = (answer) => {
  answer.destroy();
};

export const silence: Turn = () => {};
