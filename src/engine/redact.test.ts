import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createRedactor, REDACTED, redactDeeply } from "./redact.ts";

const KEY = 'pnu_a"b\\c<d>&e é/+=%42';

describe("createRedactor", () => {
  it.each<[string, string]>([
    ["as it is", KEY],
    ["in JSON", JSON.stringify({ key: KEY })],
    ["in JSON inside JSON", JSON.stringify(JSON.stringify({ key: KEY }))],
    [
      "in Go's JSON",
      JSON.stringify(KEY).replace(/[<>&]/g, (sign) => `\\u00${sign.charCodeAt(0).toString(16)}`),
    ],
    ["in a URL", `https://example.com/?key=${encodeURIComponent(KEY)}`],
    ["in a form", new URLSearchParams({ key: KEY }).toString()],
    ["in base64", Buffer.from(KEY).toString("base64")],
    ["in base64url", Buffer.from(KEY).toString("base64url")],
    ["behind a user name in base64", Buffer.from(`user:${KEY}`).toString("base64")],
    ["inside a longer base64 text", Buffer.from(`us:${KEY} and more`).toString("base64")],
  ])("takes a secret out %s", (_where, text) => {
    const redacted = createRedactor([KEY])(text);
    expect(redacted).toContain(REDACTED);
    expect(redacted).not.toContain(KEY.slice(0, 8));
    expect(redacted).not.toBe(text);
  });

  it("finds the secret without the redactor: the texts above really hold it", () => {
    const bystander = createRedactor(["another-secret"]);
    expect(bystander(`the key is ${KEY}`)).toContain(KEY);
  });

  it("leaves other words alone, and secrets too short to be any", () => {
    expect(createRedactor(["", "a", "us"])("us-east-1 has a bus")).toBe("us-east-1 has a bus");
    expect(createRedactor([KEY])("module.api_key.aws_secretsmanager_secret.this")).toBe(
      "module.api_key.aws_secretsmanager_secret.this",
    );
  });

  it("takes out a secret that is part of another one", () => {
    expect(createRedactor(["abcdef", "abcdef-123456"])("x abcdef-123456 y abcdef z")).toBe(
      `x ${REDACTED} y ${REDACTED} z`,
    );
  });

  it("takes any secret out of any text", () => {
    fc.assert(
      fc.property(
        fc
          .string({ minLength: 8, maxLength: 60, unit: "grapheme" })
          .filter((secret) => secret.trim().length >= 8),
        fc.string({ unit: "grapheme" }),
        fc.string({ unit: "grapheme" }),
        (secret, before, after) => {
          const redact = createRedactor([secret]);
          for (const write of [
            (text: string) => text,
            encodeURIComponent,
            (text: string) => JSON.stringify(text),
          ]) {
            expect(redact(write(before + secret + after))).toContain(REDACTED);
          }
          const prefix = Buffer.concat([Buffer.from(before), Buffer.from(secret)]).toString("base64");
          if (Buffer.byteLength(secret) > 10) expect(redact(prefix)).toContain(REDACTED);
        },
      ),
    );
  });
});

describe("redactDeeply", () => {
  it("goes through lists, objects and keys, and keeps what is no text", () => {
    const value = { list: [KEY, 1, null], [KEY]: { flag: true } };
    expect(redactDeeply(value, createRedactor([KEY]))).toEqual({
      list: [REDACTED, 1, null],
      [REDACTED]: { flag: true },
    });
  });
});
