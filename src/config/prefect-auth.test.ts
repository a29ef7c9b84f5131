import { describe, expect, it } from "vitest";
import { SELF_SIGNED_AUTHORITY } from "../../test/helpers/authority.ts";
import { certificatesRule, certificateWarnings } from "./certificates.ts";
import { ConfigInvalidError, resolveConfig } from "./resolve-config.ts";
import type { ConfigInput } from "./schema.ts";

const ACCOUNT = "0b5ad4b9-5b5d-4b53-9d6d-1c2f8b0c3c11";
const CLOUD = { accountId: ACCOUNT, workspaceId: ACCOUNT };
const HOSTED = { apiUrl: "https://prefect.example.com/api" };
const prefectOf = (prefect: ConfigInput["prefect"]) => resolveConfig({ prefect }, "the config", {}).prefect;

describe("how Prefect is told who is there", () => {
  it.each<[ConfigInput["prefect"], unknown]>([
    [{}, { auth: "key", apiKey: { secretName: "prefect-api-key" } }],
    [CLOUD, { auth: "key", apiKey: { secretName: "prefect-api-key" } }],
    [HOSTED, { auth: "none", apiKey: undefined }],
    [
      { ...HOSTED, apiKey: { secretName: "k" } },
      { auth: "key", apiKey: { secretName: "k" } },
    ],
    [
      { ...HOSTED, version: 3, auth: "basic" },
      { auth: "basic", apiKey: { secretName: "prefect-api-key" } },
    ],
  ])("%j", (prefect, expected) => expect(prefectOf(prefect)).toMatchObject(expected as object));

  it.each<[ConfigInput["prefect"], RegExp]>([
    [{ ...CLOUD, auth: "basic", version: 3 }, /auth "basic" is for a server you host/],
    [{ ...HOSTED, auth: "basic" }, /auth "basic" needs Prefect 3: neither servers nor clients of Prefect 2/],
    [{ ...CLOUD, auth: "none" }, /auth "none" does not do for Prefect Cloud/],
    [{ ...HOSTED, auth: "none", apiKey: { secretName: "k" } }, /apiKey .*has no use with auth: "none"/],
    [{ ...CLOUD, caCertificates: SELF_SIGNED_AUTHORITY }, /is for a server you host/],
    [
      { apiUrl: "http://prefect.internal/api", caCertificates: SELF_SIGNED_AUTHORITY },
      /has no use with http:\/\/prefect.internal\/api/,
    ],
  ])("%j contradicts itself", (prefect, sentence) => {
    expect(() => prefectOf(prefect)).toThrow(ConfigInvalidError);
    expect(() => prefectOf(prefect)).toThrow(sentence);
  });

  it("gives the secret of an environment the environment's name where there is one", () => {
    const of = (prefect: ConfigInput["prefect"]) =>
      resolveConfig({ prefect, environment: "dev" }, "the config", {}).prefect.apiKey;
    expect(of({ ...HOSTED })).toBeUndefined();
  });
});

describe("certificatesRule", () => {
  it("accepts an authority, with what tools write around it", () =>
    expect(certificatesRule(`subject=CN = x\n${SELF_SIGNED_AUTHORITY}\n`)).toBeUndefined());

  it.each([
    ["/etc/ssl/ca.pem", "holds no certificate"],
    [`${SELF_SIGNED_AUTHORITY}-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----`, /private key/],
    [SELF_SIGNED_AUTHORITY.replace(/MII/, "AAA"), /certificate 1 of 1 is damaged/],
    [SELF_SIGNED_AUTHORITY.repeat(40), /has \d+ characters/],
  ])("complains about %.30s", (text, verdict) =>
    expect(certificatesRule(text)?.verdict).toMatch(verdict as RegExp),
  );

  it("warns of a certificate that has expired", () => {
    expect(certificateWarnings(SELF_SIGNED_AUTHORITY, new Date("2030-01-01"))).toEqual([]);
    expect(certificateWarnings(SELF_SIGNED_AUTHORITY, new Date("2300-01-01"))).toEqual([
      expect.stringContaining("expired on"),
    ]);
  });
});
