import { afterEach, describe, expect, test } from "vitest";
import { PrefectFargateError } from "#errors";
import {
  hangUp,
  html,
  json,
  type ScriptedServer,
  scriptedServer,
  silence,
} from "../../test/helpers/scripted-server.ts";
import { createPrefectClient } from "./client.ts";
import type { Patience } from "./patient-fetch.ts";

const KEY = "pnu_canary_key";
const quick: Partial<Patience> = { attempts: 4, timeoutMs: 2_000, firstWaitMs: 1, longestWaitMs: 5 };
const template = { job_configuration: {}, variables: {} };
const pool = { id: "1", name: "p", type: "ecs", base_job_template: template, is_paused: true };

let server: ScriptedServer;
afterEach(() => server?.stop());

async function play(
  ...turns: Parameters<typeof scriptedServer>
): Promise<ReturnType<typeof createPrefectClient>> {
  server = await scriptedServer(...turns);
  return createPrefectClient({ apiUrl: `${server.origin}/api`, apiKey: KEY, version: 3, patience: quick });
}

async function failure(work: Promise<unknown>): Promise<PrefectFargateError> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(PrefectFargateError);
  const { message, hint, details } = error as PrefectFargateError;
  expect(JSON.stringify([message, hint, details])).not.toContain(KEY);
  return error as PrefectFargateError;
}

describe("a call is made again", () => {
  test.each([503, 429, 502, 504])("after %i", async (status) => {
    const client = await play(json({ exception_message: "busy" }, status), json(pool));
    expect((await client.readWorkPool("p"))?.paused).toBe(true);
    expect(server.requests).toHaveLength(2);
  });

  test("after a dropped connection, with its body", async () => {
    const bodies: string[] = [];
    const client = await play(hangUp, (answer, incoming) => {
      bodies.push(incoming.headers["content-length"] ?? "");
      json(pool, 201)(answer, incoming);
    });
    await client.createWorkPool({ name: "p", type: "ecs", baseJobTemplate: template });
    expect(Number(bodies[0])).toBeGreaterThan(20);
  });

  test("no earlier than the server asks by Retry-After", async () => {
    const client = await play(json({}, 429, { "retry-after": "0.2" }), json(pool));
    const before = performance.now();
    await client.readWorkPool("p");
    expect(performance.now() - before).toBeGreaterThan(190);
  });

  test("not when the server asks for minutes", async () => {
    const client = await play(json({ detail: "slow down" }, 429, { "retry-after": "600" }));
    expect((await failure(client.readWorkPool("p"))).code).toBe("PREFECT_RATE_LIMITED");
    expect(server.requests).toHaveLength(1);
  });

  test("a limited number of times", async () => {
    const client = await play(json({ exception_message: "Service Unavailable" }, 503));
    const error = await failure(client.readWorkPool("p"));
    expect(error).toMatchObject({ code: "PREFECT_FAILED", source: "environment" });
    expect(error.message).toBe(`Prefect at ${server.origin}/api answered 503 when reading the work pool p.`);
    expect(error.details).toEqual(["Prefect said: Service Unavailable"]);
    expect(server.requests).toHaveLength(4);
  });

  test("never after an answer that would stay the same", async () => {
    const client = await play(json({ detail: [{ msg: "name is empty" }] }, 422));
    const error = await failure(client.createFlow(""));
    expect(error.code).toBe("PREFECT_REJECTED");
    expect(error.details[0]).toContain("name is empty");
    expect(server.requests).toHaveLength(1);
  });

  test("not once the signal has ended it", async () => {
    server = await scriptedServer(json({}, 503, { "retry-after": "5" }));
    const signal = AbortSignal.timeout(50);
    const client = createPrefectClient({ apiUrl: `${server.origin}/api`, version: 3, signal });
    const before = performance.now();
    await expect(client.readWorkPool("p")).rejects.toMatchObject({ name: "TimeoutError" });
    expect(performance.now() - before).toBeLessThan(1_000);
  });
});

describe("what went wrong is said", () => {
  test("when nothing listens", async () => {
    const client = await play(silence);
    await server.stop();
    const error = await failure(client.health());
    expect(error.code).toBe("PREFECT_UNREACHABLE");
    expect(error.message).toBe(
      `The Prefect API at ${server.origin}/api did not answer when asking for /api/health: nothing listens there (connection refused).`,
    );
    expect(error.hint).toContain(`curl ${server.origin}/api/health`);
  });

  test("when no answer comes in time", async () => {
    server = await scriptedServer(silence);
    const patience = { ...quick, attempts: 2, timeoutMs: 50 };
    const client = createPrefectClient({ apiUrl: `${server.origin}/api`, version: 2, patience });
    expect((await failure(client.health())).message).toMatch(/no answer came in time\.$/);
    expect(server.requests).toHaveLength(2);
  });

  test("when a name does not resolve", async () => {
    const client = createPrefectClient({
      apiUrl: "http://prefect.invalid/api",
      version: 3,
      patience: { ...quick, attempts: 1 },
    });
    expect((await failure(client.health())).code).toBe("PREFECT_UNREACHABLE");
  });

  test("when https meets a server without it", async () => {
    server = await scriptedServer(json(true));
    const apiUrl = `${server.origin.replace("http:", "https:")}/api`;
    const error = await failure(createPrefectClient({ apiUrl, version: 3, patience: quick }).health());
    expect(error.code).toBe("PREFECT_UNREACHABLE");
    expect(error.hint).toBe("Check http against https, and the port.");
  });

  test.each([
    ["a web page", html(), "a web page"],
    ["a page that is not found", html(404), "a web page"],
    [
      "a redirect to a login",
      json({}, 302, { location: "https://login.example.com/" }),
      "a redirect to https://login.example.com/",
    ],
    ["text", (answer: Parameters<typeof silence>[0]) => void answer.end("OK"), "something that is not JSON"],
    [
      "broken JSON",
      (answer: Parameters<typeof silence>[0]) => {
        answer.writeHead(200, { "content-type": "application/json" });
        answer.end("{");
      },
      "something that is not JSON",
    ],
    ["FastAPI's own 404", json({ detail: "Not Found" }, 404), "404 to a path of Prefect's"],
  ])("when there is %s instead of an API", async (_, turn, found) => {
    const client = await play(turn);
    const error = await failure(client.readWorkPool("p"));
    expect(error.code).toBe("PREFECT_NOT_AN_API");
    expect(error.message).toBe(`${server.origin}/api is not a Prefect API: it answers ${found}.`);
  });

  test("when the server asks who is there and nobody says", async () => {
    server = await scriptedServer(json({ detail: "Unauthorized" }, 401));
    const client = createPrefectClient({ apiUrl: `${server.origin}/api`, version: 3, patience: quick });
    expect((await failure(client.verifyAccess())).message).toMatch(
      /asks who is there \(401\) .* nobody said/,
    );
  });

  test("when Prefect itself repeats the key, without the key", async () => {
    const client = await play(json({ detail: `the key ${KEY} is odd` }, 500));
    expect((await failure(client.readWorkPool("p"))).details).toEqual([
      "Prefect said: the key (secret) is odd",
    ]);
  });

  test.each(["pnu_abc\n", "pnu abc", "“pnu_abc”"])("when the key cannot be one: %j", (apiKey) => {
    const open = () => createPrefectClient({ apiUrl: "http://127.0.0.1:1/api", apiKey, version: 3 });
    expect(open).toThrow(expect.objectContaining({ code: "PREFECT_KEY_MALFORMED" }));
    expect(open).not.toThrow(/pnu/);
  });

  test.each(["api.prefect.cloud", "ftp://x/api", "http://me:secret@x/api"])(
    "when the URL cannot be one: %s",
    (apiUrl) => {
      const open = () => createPrefectClient({ apiUrl, version: 3 });
      expect(open).toThrow(expect.objectContaining({ code: "PREFECT_API_URL_INVALID" }));
      expect(open).not.toThrow(/secret/);
    },
  );
});

describe("credentials", () => {
  test("are a Bearer key, or a user name and password where there is no key", async () => {
    const seen: (string | undefined)[] = [];
    server = await scriptedServer((answer, incoming) => {
      seen.push(incoming.headers.authorization);
      json(true)(answer, incoming);
    });
    const apiUrl = `${server.origin}/api`;
    await createPrefectClient({ apiUrl, apiKey: KEY, authString: "me:pw", version: 3 }).health();
    await createPrefectClient({ apiUrl, authString: "me:pw", version: 3 }).health();
    await createPrefectClient({ apiUrl, version: 3 }).health();
    expect(seen).toEqual([`Bearer ${KEY}`, "Basic bWU6cHc=", undefined]);
  });
});

describe("a 404", () => {
  test("means that the pool is missing", async () => {
    const client = await play(json({ detail: 'Work pool "p" not found.' }, 404));
    expect(await client.readWorkPool("p")).toBeUndefined();
  });

  test("is an error where something must be there", async () => {
    const client = await play(json({ detail: "Deployment not found" }, 404));
    expect((await failure(client.createFlowRun("d"))).code).toBe("PREFECT_NOT_FOUND");
  });
});

describe("access to a workspace of Prefect Cloud", () => {
  const workspace = { account_id: "a", account_handle: "acme", workspace_id: "w", workspace_handle: "prod" };
  const inCloud = async (...turns: Parameters<typeof scriptedServer>) => {
    server = await scriptedServer(...turns);
    const apiUrl = `${server.origin}/api/accounts/A/workspaces/W`;
    return createPrefectClient({ apiUrl, apiKey: KEY, version: 3, patience: quick });
  };

  test.each([
    ["the account is another", [{ ...workspace, account_id: "x" }], "PREFECT_ACCOUNT_UNKNOWN"],
    ["the key reaches nothing", [], "PREFECT_ACCOUNT_UNKNOWN"],
    ["the workspace is another", [{ ...workspace, workspace_id: "x" }], "PREFECT_WORKSPACE_UNKNOWN"],
    ["the role does not allow it", [workspace], "PREFECT_FORBIDDEN"],
  ])("is explained when %s", async (_, listed, code) => {
    const client = await inCloud(json({}, 403), json({}, 403), json(listed));
    expect((await failure(client.readWorkPool("p"))).code).toBe(code);
    expect(server.requests.at(-1)).toBe("GET /api/me/workspaces");
  });

  test("is explained by the answer alone when the key may not list workspaces", async () => {
    const client = await inCloud(json({}, 404));
    expect((await failure(client.readWorkPool("p"))).code).toBe("PREFECT_WORKSPACE_UNKNOWN");
  });

  test("is not doubted when a pool is missing in a workspace that answers", async () => {
    const client = await inCloud(json({ detail: "Not Found" }, 404), json([]));
    expect(await client.readWorkPool("p")).toBeUndefined();
    expect(server.requests).toHaveLength(2);
  });
});

describe("lists", () => {
  test("are read page by page", async () => {
    const worker = (index: number) => ({ id: `${index}`, name: `w${index}`, status: "ONLINE" });
    const page = (from: number, count: number) =>
      Array.from({ length: count }, (_, index) => worker(from + index));
    const client = await play(json(page(0, 200)), json(page(200, 200)), json(page(400, 3)));
    const workers = await client.listWorkers("p");
    expect(workers).toHaveLength(403);
    expect(workers.at(-1)).toMatchObject({ name: "w402", status: "ONLINE" });
    expect(server.requests).toHaveLength(3);
  });
});

describe("a pool that exists already", () => {
  test("is a conflict", async () => {
    const client = await play(json({ detail: "exists" }, 409), json({ ...pool, is_paused: false }));
    const error = await failure(
      client.createWorkPool({ name: "p", type: "ecs", baseJobTemplate: template, paused: true }),
    );
    expect(error.code).toBe("PREFECT_CONFLICT");
  });

  test("is ours when an earlier attempt made it and its answer was lost", async () => {
    const client = await play(hangUp, json({ detail: "exists" }, 409), json(pool));
    const made = await client.createWorkPool({
      name: "p",
      type: "ecs",
      baseJobTemplate: template,
      paused: true,
    });
    expect(made.id).toBe("1");
  });
});
