import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it } from "vitest";
import { probeRegistry } from "./registry-probe.ts";

async function registry(answer: RequestListener) {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? "");
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const stop = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { origin, asked, stop, [Symbol.asyncDispose]: stop };
}

describe("probeRegistry", () => {
  it("asks for the discovery document, once per process", async () => {
    await using here = await registry((_request, response) => response.end("{}"));
    expect(await probeRegistry(here.origin)).toEqual({ reachable: true });
    expect(await probeRegistry(here.origin)).toEqual({ reachable: true });
    expect(here.asked).toEqual(["/.well-known/terraform.json"]);
  });

  it("does not believe a server that says something else", async () => {
    await using here = await registry((_request, response) => response.writeHead(403).end());
    expect(await probeRegistry(here.origin)).toEqual({
      reachable: false,
      reason: expect.stringMatching(/answered 403$/),
    });
  });

  it("notices within two seconds that no answer comes", async () => {
    await using here = await registry(() => {});
    const start = performance.now();
    expect(await probeRegistry(here.origin)).toMatchObject({
      reachable: false,
      reason: expect.stringMatching(/2 s/),
    });
    expect(performance.now() - start).toBeLessThan(4000);
  });

  it("notices at once that no one listens, and that the name is unknown", async () => {
    const here = await registry(() => {});
    await here.stop();
    expect(await probeRegistry(here.origin)).toMatchObject({
      reachable: false,
      reason: expect.stringContaining("refuses the connection"),
    });
    expect(await probeRegistry("https://registry.invalid")).toMatchObject({ reachable: false });
  });

  it("goes through the proxy that the environment names", async () => {
    await using proxy = await registry((_request, response) => response.end("{}"));
    expect(await probeRegistry("http://registry.invalid", { HTTP_PROXY: proxy.origin })).toEqual({
      reachable: true,
    });
    expect(proxy.asked).toEqual(["http://registry.invalid/.well-known/terraform.json"]);
  });
});
