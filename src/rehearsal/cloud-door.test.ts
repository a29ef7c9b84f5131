import { createServer, request, type Server } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { WebSocket, WebSocketServer } from "ws";
import { PrefectFargateError } from "#errors";
import { createPrefectClient } from "#prefect/client.ts";
import { type CloudDoor, startCloudDoor } from "./cloud-door.ts";

const accountId = "11111111-aaaa-4aaa-8aaa-111111111111";
const workspaceId = "22222222-bbbb-4bbb-8bbb-222222222222";
const stranger = "33333333-cccc-4ccc-8ccc-333333333333";
const apiKey = "pnu_canary";

interface Seen {
  method: string | undefined;
  url: string | undefined;
  headers: NodeJS.Dict<string | string[]>;
  body: string;
}

let server: Server;
let sockets: WebSocketServer;
let seen: Seen[] = [];
const messages: string[] = [];
let door: CloudDoor;

beforeAll(async () => {
  sockets = new WebSocketServer({ noServer: true });
  server = createServer(async (incoming, answer) => {
    let body = "";
    for await (const part of incoming) body += part;
    seen.push({ method: incoming.method, url: incoming.url, headers: incoming.headers, body });
    if (incoming.url === "/api/moved") {
      answer.writeHead(307, { location: `http://${incoming.headers.host}/api/moved/` });
      return answer.end();
    }
    answer.writeHead(200, {
      "content-type": "application/json",
      connection: "X-Mine",
      "x-mine": "1",
      "x-far": "2",
    });
    if (incoming.url === "/api/slow") {
      answer.write('["first",');
      return setTimeout(() => answer.end('"last"]'), 30);
    }
    answer.end(incoming.url === "/api/work_pools/filter" ? "[]" : "true");
  });
  server.on("upgrade", (incoming, socket, head) => {
    if (incoming.url === "/api/closed") return socket.end("HTTP/1.1 418 \r\nConnection: close\r\n\r\n");
    sockets.handleUpgrade(incoming, socket, head, (client) => {
      client.send("hello");
      client.on("message", (data) => {
        messages.push(String(data));
        if (String(data) === "bye") client.close(4001, "as you wish");
        else client.send(`echo ${data}`);
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  door = await startCloudDoor({ target: targetUrl(), version: 3, accountId, workspaceId, apiKey });
});

afterAll(async () => {
  await door.stop();
  server.close();
  server.closeAllConnections();
});

afterEach(() => {
  seen = [];
  messages.length = 0;
});

const targetUrl = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
const withKey = { authorization: `Bearer ${apiKey}` };
const client = (apiUrl: string, key = apiKey) =>
  createPrefectClient({ apiUrl, apiKey: key, version: 3, patience: { attempts: 1 } });
const codeOf = async (work: Promise<unknown>) =>
  (await work.then(
    () => undefined,
    (error: unknown) => error,
  )) as PrefectFargateError;

describe("HTTP through the door", () => {
  test("reaches the server without account, workspace and key", async () => {
    const answer = await fetch(`${door.workspaceUrl}/flows/?limit=2`, {
      method: "POST",
      body: "{}",
      headers: withKey,
    });
    expect(answer.status).toBe(200);
    expect(seen).toMatchObject([{ method: "POST", url: "/api/flows/?limit=2", body: "{}" }]);
    expect(seen[0]!.headers).not.toHaveProperty("authorization");
    expect(seen[0]!.headers.host).toBe(new URL(targetUrl()).host);
  });

  test("keeps headers of the connection out of both directions", async () => {
    const answer = await new Promise<NodeJS.Dict<string | string[]>>((resolve) =>
      request(
        `${door.workspaceUrl}/health`,
        {
          headers: {
            ...withKey,
            connection: "x-hop, keep-alive",
            "x-hop": "1",
            te: "trailers",
            "x-end": "1",
          },
        },
        (response) => resolve(response.resume().headers),
      ).end(),
    );
    expect(seen[0]!.headers).toMatchObject({ "x-end": "1" });
    expect(seen[0]!.headers).not.toHaveProperty("x-hop");
    expect(seen[0]!.headers).not.toHaveProperty("te");
    expect(answer).toMatchObject({ "x-far": "2" });
    expect(answer).not.toHaveProperty("x-mine");
  });

  test("hands an answer on as it comes", async () => {
    const answer = await fetch(`${door.workspaceUrl}/slow`, { headers: withKey });
    const parts: string[] = [];
    for await (const part of answer.body!) parts.push(new TextDecoder().decode(part));
    expect(parts).toEqual(['["first",', '"last"]']);
  });

  test("keeps a redirect inside the workspace", async () => {
    const answer = await fetch(`${door.workspaceUrl}/moved`, { headers: withKey, redirect: "manual" });
    expect(answer.headers.get("location")).toBe(`${door.workspaceUrl}/moved/`);
  });

  test("serves many at once", async () => {
    const answers = await Promise.all(
      Array.from({ length: 150 }, () =>
        fetch(`${door.workspaceUrl}/slow`, { headers: withKey }).then((a) => a.json()),
      ),
    );
    expect(new Set(answers.map(String))).toEqual(new Set(["first,last"]));
  });

  test("says 503 when there is no server, and waits for one that is still starting", async () => {
    const gone = await startCloudDoor({
      target: "http://127.0.0.1:1",
      version: 3,
      accountId,
      workspaceId,
      apiKey,
    });
    expect((await fetch(`${gone.workspaceUrl}/health`, { headers: withKey })).status).toBe(503);
    await gone.stop();
    const starting = new Promise<string>((resolve) => setTimeout(() => resolve(targetUrl()), 50));
    const early = await startCloudDoor({ target: starting, version: 3, accountId, workspaceId, apiKey });
    expect((await fetch(`${early.workspaceUrl}/health`, { headers: withKey })).status).toBe(200);
    await early.stop();
  });

  test("remembers what came, without keys", async () => {
    const other = await startCloudDoor({ target: targetUrl(), version: 3, accountId, workspaceId, apiKey });
    await fetch(`${other.workspaceUrl}/health?x=1`, { headers: withKey });
    await fetch(`${other.workspaceUrl}/health`, { headers: { authorization: "Bearer nonsense" } });
    const path = `/api/accounts/${accountId}/workspaces/${workspaceId}/health`;
    expect(other.requests()).toEqual([
      { method: "GET", path, status: 200 },
      { method: "GET", path, status: 401 },
    ]);
    await other.stop();
  });
});

describe("who may not come in", () => {
  test("is told by the client that the key is refused", async () => {
    const error = await codeOf(client(door.workspaceUrl, "pnu_wrong").verifyAccess());
    expect(error).toMatchObject({ code: "PREFECT_KEY_REFUSED" });
    expect(JSON.stringify([error.message, error.hint, error.details])).not.toContain("pnu_wrong");
  });

  test("is told that the account is not the key's, and which one is", async () => {
    const error = await codeOf(client(door.workspaceUrl.replace(accountId, stranger)).verifyAccess());
    expect(error.code).toBe("PREFECT_ACCOUNT_UNKNOWN");
    expect(error.message).toBe(`Workspace ${workspaceId} does not belong to account ${stranger}.`);
    expect(error.details).toEqual([`rehearsal/local: accountId ${accountId}, workspaceId ${workspaceId}`]);
  });

  test("is told that the workspace is not there, also where a missing pool would be 404 too", async () => {
    const error = await codeOf(client(door.workspaceUrl.replace(workspaceId, stranger)).readWorkPool("x"));
    expect(error.code).toBe("PREFECT_WORKSPACE_UNKNOWN");
    expect(error.details).toEqual([`rehearsal/local: accountId ${accountId}, workspaceId ${workspaceId}`]);
  });

  test("does not get past the key by any path", async () => {
    for (const path of [
      "/api/me/workspaces",
      "/api/health",
      "/",
      `/api/accounts/${accountId}/workspaces/${workspaceId}/flows`,
    ])
      expect((await fetch(new URL(path, door.apiUrl))).status).toBe(401);
    expect(seen).toEqual([]);
  });
});

describe("websockets through the door", () => {
  const open = (path: string, headers: Record<string, string> = {}) =>
    new WebSocket(`${door.workspaceUrl.replace("http", "ws")}${path}`, ["prefect"], { headers });
  const next = (socket: WebSocket) =>
    new Promise<string>((resolve, reject) => {
      socket.once("message", (data) => resolve(String(data)));
      socket.once("close", (code) => reject(new Error(`closed with ${code}`)));
      socket.once("error", reject);
    });

  test("pass with the key in the header, in both directions, with subprotocol and close code", async () => {
    const socket = open("/events/out", { authorization: `bearer ${apiKey}` });
    expect(await next(socket)).toBe("hello");
    expect(socket.protocol).toBe("prefect");
    socket.send("ping");
    expect(await next(socket)).toBe("echo ping");
    socket.send("bye");
    const [code, reason] = await new Promise<[number, string]>((resolve) =>
      socket.once("close", (code, reason) => resolve([code, String(reason)])),
    );
    expect([code, reason]).toEqual([4001, "as you wish"]);
  });

  test("pass with the key as first message, which the server gets without it", async () => {
    const socket = open("/events/out");
    await next(socket);
    socket.send(JSON.stringify({ type: "auth", token: apiKey }));
    expect(await next(socket)).toBe('echo {"type":"auth","token":null}');
    socket.close();
  });

  test.each([{ type: "auth", token: "pnu_wrong" }, { type: "auth", token: null }, { type: "filter" }])(
    "are closed for want of the key after %j",
    async (message) => {
      const socket = open("/events/out");
      await next(socket);
      socket.send(JSON.stringify(message));
      await expect(next(socket)).rejects.toThrow("closed with 1008");
      expect(messages).toEqual([]);
    },
  );

  test("end at the server when the client leaves before it has shown a key", async () => {
    const socket = open("/events/out");
    await next(socket);
    const gone = new Promise((resolve) => [...sockets.clients].at(-1)!.once("close", resolve));
    socket.terminate();
    await gone;
  });

  test("are refused with a wrong key, and with the server's own answer where it refuses", async () => {
    await expect(next(open("/events/out", { authorization: "Bearer pnu_wrong" }))).rejects.toThrow("401");
    await expect(next(open("/closed", withKey))).rejects.toThrow("418");
  });

  test("carry Prefect 2's events nowhere, as its open server has no use for them", async () => {
    const two = await startCloudDoor({ target: targetUrl(), version: 2, accountId, workspaceId, apiKey });
    const socket = new WebSocket(`${two.workspaceUrl.replace("http", "ws")}/events/in`, { headers: withKey });
    await new Promise((resolve) => socket.once("open", resolve));
    socket.send("event");
    socket.ping();
    await new Promise((resolve) => socket.once("pong", resolve));
    expect(messages).toEqual([]);
    await two.stop();
  });
});

describe("stopping the door", () => {
  test("ends every connection and frees the port", async () => {
    const short = await startCloudDoor({ target: targetUrl(), version: 3, accountId, workspaceId, apiKey });
    const socket = new WebSocket(`${short.workspaceUrl.replace("http", "ws")}/events/out`, {
      headers: withKey,
    });
    await new Promise((resolve) => socket.once("open", resolve));
    const idle = connect(Number(new URL(short.apiUrl).port), "127.0.0.1");
    await new Promise((resolve) => idle.once("connect", resolve));
    const closed = Promise.all(
      [socket, idle].map((end) => new Promise((resolve) => end.once("close", resolve))),
    );
    await Promise.all([short.stop(), short.stop()]);
    await closed;
    await expect(fetch(short.apiUrl)).rejects.toThrow();
  });

  test("a port that is taken is named", async () => {
    const port = Number(new URL(door.apiUrl).port);
    const error = await codeOf(
      startCloudDoor({ target: targetUrl(), version: 3, accountId, workspaceId, apiKey, port }),
    );
    expect(error).toBeInstanceOf(PrefectFargateError);
    expect(error.message).toContain(`Port ${port}`);
  });
});
