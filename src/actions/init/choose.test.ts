import { describe, expect, it } from "vitest";
import type { ReachableWorkspace } from "#prefect/client.ts";
import { findWorkspace, newNetwork, readNetwork, recommendVersion, usualPlace } from "./choose.ts";

const nothing = { workspaces: [], hasKey: false };
const workspace = (account: string, name: string, digit: string): ReachableWorkspace => ({
  account_id: `${digit.repeat(8)}-aaaa-4aaa-8aaa-aaaaaaaaaaaa`,
  account_handle: account,
  workspace_id: `${digit.repeat(8)}-bbbb-4bbb-8bbb-bbbbbbbbbbbb`,
  workspace_handle: name,
});
const production = workspace("acme", "production", "1");
const staging = workspace("acme", "staging", "2");
const others = workspace("globex", "staging", "3");
const known = { workspaces: [production, staging, others], hasKey: true };
const placeOf = ({ account_id, workspace_id, account_handle, workspace_handle }: ReachableWorkspace) => ({
  accountId: account_id,
  workspaceId: workspace_id,
  workspaceName: `${account_handle}/${workspace_handle}`,
});

describe("the recommended Prefect", () => {
  it("is 3 for whoever starts afresh", () => {
    expect(recommendVersion(undefined, nothing)).toMatchObject({
      version: 3,
      reason: expect.stringMatching(/developed/),
    });
  });

  it("is what the project's requirements ask for, whatever the server is", () => {
    const required = { version: 2, file: "requirements.txt" } as const;
    expect(recommendVersion(required, { ...nothing, serverVersion: 3 })).toEqual({
      version: 2,
      reason: "requirements.txt asks for Prefect 2.",
    });
  });

  it("is the server's otherwise", () => {
    expect(recommendVersion(undefined, { ...nothing, serverVersion: 2 }).version).toBe(2);
  });
});

describe("the usual workspace", () => {
  it("is the one the shell is logged in to, with its name where the key tells it", () => {
    const { account_id: accountId, workspace_id: workspaceId } = staging;
    expect(usualPlace({ ...known, current: { accountId, workspaceId } })).toEqual(placeOf(staging));
    expect(usualPlace({ ...nothing, current: { accountId, workspaceId } })).toEqual({
      accountId,
      workspaceId,
    });
  });

  it("is the only one that the key reaches, and none of several", () => {
    expect(usualPlace({ workspaces: [production], hasKey: true })).toEqual(placeOf(production));
    expect(usualPlace(known)).toBeUndefined();
  });

  it("is the server the shell uses", () => {
    expect(usualPlace({ ...nothing, apiUrl: "https://prefect.example.com/api" })).toEqual({
      apiUrl: "https://prefect.example.com/api",
    });
  });
});

describe("a workspace as people write it", () => {
  it.each([
    ["acme/staging"],
    [staging.workspace_id],
    [staging.workspace_id.toUpperCase()],
    [`https://app.prefect.cloud/account/${staging.account_id}/workspace/${staging.workspace_id}/dashboard`],
  ])("%s", (text) => {
    expect(findWorkspace(text, known)).toEqual(placeOf(staging));
  });

  it("may leave the account out where that is clear", () => {
    expect(findWorkspace("production", known)).toEqual(placeOf(production));
    expect(() => findWorkspace("staging", known)).toThrow("2 workspaces are called staging.");
  });

  it("is believed as an address where there is no key to ask with", () => {
    const address = `https://app.prefect.cloud/account/${staging.account_id}/workspace/${staging.workspace_id}`;
    const { accountId, workspaceId } = placeOf(staging);
    expect(findWorkspace(address, nothing)).toEqual({ accountId, workspaceId });
  });

  it("names those there are when it is none of them", () => {
    expect(() => findWorkspace("acme/dev", known)).toThrow(
      expect.objectContaining({
        code: "WORKSPACE_UNKNOWN",
        details: expect.arrayContaining([`acme/production: ${production.workspace_id}`]),
      }),
    );
  });
});

describe("the network", () => {
  it("is a new one of as many zones as the region has, up to three", () => {
    expect(newNetwork(undefined)).toEqual({ kind: "new" });
    expect(newNetwork(3)).toEqual({ kind: "new" });
    expect(newNetwork(2)).toEqual({ kind: "new", zones: 2 });
  });

  it.each([
    ["new", { kind: "new" }],
    ["default", { kind: "default" }],
    ["vpc-0a1b2c3d4e5f60718", { kind: "existing", vpcId: "vpc-0a1b2c3d4e5f60718" }],
  ])("%s", (text, network) => {
    expect(readNetwork(text, 3)).toEqual(network);
  });
});
