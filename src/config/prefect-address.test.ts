import { describe, expect, it } from "vitest";
import { apiUrlRule, isUnencrypted, looksPrivate, normaliseApiUrl, uuidRule } from "./prefect-address.ts";

const ACCOUNT = "9b649228-0419-40e1-9e0d-44954b5c0ab6";
const WORKSPACE = "1d137bd8-93f2-49d4-8f8e-40a0a7d3c3bb";

describe("apiUrlRule", () => {
  it.each([
    "https://api.prefect.cloud/api",
    "http://127.0.0.1:4200/api/",
    "https://prefect.example.com/team/api",
  ])("accepts %s", (text) => expect(apiUrlRule(text)).toBeUndefined());

  it.each([
    `https://app.prefect.cloud/account/${ACCOUNT}/workspace/${WORKSPACE}/dashboard`,
    `https://api.prefect.cloud/api/accounts/${ACCOUNT}/workspaces/${WORKSPACE}`,
  ])("takes account and workspace out of %s", (text) => {
    expect(apiUrlRule(text)).toEqual({
      verdict: "is the address of a workspace, not of the API",
      remedy: `Set accountId: "${ACCOUNT}" and workspaceId: "${WORKSPACE}", and leave apiUrl out`,
    });
  });

  it.each([
    ["https://prefect.example.com", "does not end with /api", "https://prefect.example.com/api"],
    [
      "https://prefect.example.com/api?x=1",
      "has more than a path after the host",
      "https://prefect.example.com/api",
    ],
    ["https://app.prefect.cloud", "is Prefect Cloud's page, not its API", "https://api.prefect.cloud/api"],
    ["ftp://prefect.example.com/api", "is not an http or https address", undefined],
    ["prefect.example.com/api", "is not an http or https address", undefined],
    [
      "https://me:pw@prefect.example.com/api",
      "has a password in it, which everybody who may describe the task would read",
      undefined,
    ],
  ])("complains about %s", (text, verdict, suggestion) => {
    expect(apiUrlRule(text)?.verdict).toBe(verdict);
    expect(apiUrlRule(text)?.suggestion).toBe(suggestion);
  });
});

describe("normaliseApiUrl", () => {
  it("drops slashes at the end", () => expect(normaliseApiUrl("http://x/api//")).toBe("http://x/api"));
});

describe("isUnencrypted", () => {
  it.each([
    ["http://prefect.internal/api", true],
    ["https://prefect.internal/api", false],
    ["http://localhost:4200/api", false],
    ["http://127.0.0.1:4200/api", false],
    ["http://[::1]:4200/api", false],
  ])("%s: %s", (url, expected) => expect(isUnencrypted(url)).toBe(expected));
});

describe("uuidRule", () => {
  it("accepts either case", () => {
    expect(uuidRule(ACCOUNT)).toBeUndefined();
    expect(uuidRule(ACCOUNT.toUpperCase())).toBeUndefined();
  });

  it("finds the UUID in what was pasted", () => {
    expect(uuidRule(` ${ACCOUNT}/`)).toMatchObject({ verdict: "is not a UUID", suggestion: ACCOUNT });
  });
});

it.each([
  ["https://api.prefect.cloud/api", false],
  ["https://prefect.example.com/api", false],
  ["http://203.0.113.7:4200/api", false],
  ["http://127.0.0.1:4200/api", false],
  ["http://prefect.internal:4200/api", true],
  ["http://prefect:4200/api", true],
  ["http://10.0.0.7:4200/api", true],
  ["http://172.20.1.1:4200/api", true],
])("whether %s looks private: %s", (url, expected) => expect(looksPrivate(url)).toBe(expected));
