import { afterEach, describe, expect, it } from "vitest";
import { hangUp, json, type ScriptedServer, scriptedServer } from "../../../test/helpers/scripted-server.ts";
import { askPrefectAs } from "./prefect-session.ts";

const COUNT = { method: "POST", path: "/flow_runs/count", body: {} } as const;

let server: ScriptedServer;
afterEach(() => server.stop());

/** A session whose clock the test turns, and whose key changes each time it is read. */
function session() {
  const clock = { now: 1_000 };
  const keys: string[] = [];
  const ask = askPrefectAs({
    apiUrl: `${server.origin}/api`,
    transport: fetch,
    readAuthorization: async () => {
      keys.push(`key-${keys.length + 1}`);
      return `Bearer ${keys.at(-1)!}`;
    },
    now: () => clock.now,
  });
  return { ask, clock, keys };
}

describe("asking Prefect", () => {
  it("reads the key once, however much is asked", async () => {
    server = await scriptedServer(json(7));
    const { ask, keys } = session();
    expect(await Promise.all([ask(COUNT), ask(COUNT)])).toEqual([7, 7]);
    expect(keys).toEqual(["key-1"]);
    expect(server.requests).toEqual(["POST /api/flow_runs/count", "POST /api/flow_runs/count"]);
  });

  it("reads the key anew when it is refused, and asks again", async () => {
    const accepts =
      (key: string): Parameters<typeof scriptedServer>[0] =>
      (answer, incoming) => {
        const known = incoming.headers.authorization === `Bearer ${key}`;
        json(known ? 7 : {}, known ? 200 : 401)(answer, incoming);
      };
    server = await scriptedServer(accepts("key-2"));
    const { ask, keys } = session();
    expect(await Promise.all([ask(COUNT), ask(COUNT)])).toEqual([7, 7]);
    expect(keys).toEqual(["key-1", "key-2"]);
  });

  it("says nothing to a server that asks for nothing, and takes its refusal as it is", async () => {
    const seen: (string | undefined)[] = [];
    server = await scriptedServer((answer, incoming) => {
      seen.push(incoming.headers.authorization);
      json({}, 401)(answer, incoming);
    });
    const apiUrl = `${server.origin}/api`;
    const ask = askPrefectAs({ apiUrl, transport: fetch, readAuthorization: undefined, now: () => 0 });
    await expect(ask(COUNT)).rejects.toThrow(/^Prefect answered 401$/);
    expect(seen).toEqual([undefined]);
  });

  it("leaves Prefect alone after a 429, for as long as it wants", async () => {
    server = await scriptedServer(json({}, 429, { "retry-after": "20" }), json(7));
    const { ask, clock } = session();
    await expect(ask(COUNT)).rejects.toThrow("Prefect answered 429");
    clock.now += 19;
    await expect(ask(COUNT)).rejects.toThrow("Prefect answered 429 and is not asked again for 1 s");
    expect(server.requests).toHaveLength(1);
    clock.now += 1;
    expect(await ask(COUNT)).toBe(7);
  });

  it("asks once more when the connection was closed", async () => {
    server = await scriptedServer(hangUp, json(7));
    expect(await session().ask(COUNT)).toBe(7);
    expect(server.requests).toHaveLength(2);
  });

  it("says what went wrong as a clause", async () => {
    server = await scriptedServer(json({}, 503), hangUp);
    const { ask } = session();
    await expect(ask(COUNT)).rejects.toThrow(/^Prefect answered 503$/);
    await expect(ask(COUNT)).rejects.toThrow(/^Prefect did not answer \(.+\)$/);
  });
});
