import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { CredentialsEndpoint } from "./credentials-endpoint.ts";
import { type EndpointServer, startEndpointServer } from "./endpoint-server.ts";
import { RenewingSession } from "./role-session.ts";

const session = (AccessKeyId: string) => ({
  RoleArn: "arn:aws:iam::000000000000:role/flow",
  AccessKeyId,
  SecretAccessKey: "s",
  Token: "t",
  Expiration: new Date(Date.now() + 3_600_000).toISOString(),
});

let server: EndpointServer;
const credentials = new CredentialsEndpoint();
beforeEach(async () => {
  server = await startEndpointServer([credentials.handle]);
});
afterEach(() => server.stop());

const get = async (path: string, authorization?: string) => {
  const response = await fetch(server.origin + path, { headers: authorization ? { authorization } : {} });
  return { status: response.status, body: await response.json() };
};

describe("credentials endpoint", () => {
  it("gives a task its own session for its own token only", async () => {
    const one = credentials.grant(new RenewingSession(async () => session("AKIA1")));
    const two = credentials.grant(new RenewingSession(async () => session("AKIA2")));
    expect(await get(one.path, one.token)).toMatchObject({ status: 200, body: { AccessKeyId: "AKIA1" } });
    expect(await get(two.path, two.token)).toMatchObject({ status: 200, body: { AccessKeyId: "AKIA2" } });
    expect((await get(one.path, two.token)).status).toBe(401);
    expect((await get(one.path)).status).toBe(401);
    one.revoke();
    expect((await get(one.path, one.token)).status).toBe(404);
  });
});
