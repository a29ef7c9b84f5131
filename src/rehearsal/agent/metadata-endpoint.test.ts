import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type EndpointServer, startEndpointServer } from "./endpoint-server.ts";
import { MetadataEndpoint } from "./metadata-endpoint.ts";

let server: EndpointServer;
const metadata = new MetadataEndpoint();
beforeEach(async () => {
  server = await startEndpointServer([metadata.handle]);
});
afterEach(() => server.stop());

const get = async (path: string) => {
  const response = await fetch(server.origin + path);
  return { status: response.status, body: await response.json() };
};

describe("metadata endpoint", () => {
  it("serves container, task and statistics below a path that only the container knows", async () => {
    const grant = metadata.grant({
      container: () => ({ Name: "worker" }),
      task: () => ({ Family: "prefect-worker" }),
      containerStats: async () => null,
      taskStats: async () => ({ id: null }),
    });
    expect((await get(grant.path)).body).toEqual({ Name: "worker" });
    expect((await get(`${grant.path}/task`)).body).toEqual({ Family: "prefect-worker" });
    expect((await get(`${grant.path}/stats`)).body).toBeNull();
    expect((await get(`${grant.path}/task/stats`)).body).toEqual({ id: null });
    expect((await get(`${grant.path}/elsewhere`)).status).toBe(404);
    grant.revoke();
    expect((await get(grant.path)).status).toBe(404);
  });
});
