import { describe, expect, it } from "vitest";
import { resolveEnvironments } from "./environments.ts";
import { resolveConfig } from "./resolve-config.ts";
import { bucketNameRule, stateKeyRule } from "./state-schema.ts";

const stateOf = (state: object, more: object = {}) =>
  resolveConfig({ state, ...more }, "the config", {}).state;

describe("the state's place", () => {
  it("is known by region and cluster where nothing else tells systems apart", () => {
    expect(stateOf({ bucket: "acme-state" }, { region: "eu-central-1", cluster: { name: "data" } })).toEqual({
      bucket: "acme-state",
      key: "prefect-fargate/eu-central-1/data/terraform.tfstate",
      region: "eu-central-1",
    });
  });

  it("may be another region's, and a key of one's own", () => {
    const state = { bucket: "acme-state", key: "data/prefect.tfstate", region: "us-east-1" };
    expect(stateOf(state, { region: "eu-central-1" })).toEqual(state);
  });

  it("is another one in each environment", () => {
    const environments = { dev: {}, prod: {}, odd: { state: { key: "odd/mine.tfstate" } } };
    const keys = (state: object) =>
      Object.values(resolveEnvironments({ state, environments }, "the config", {})).map(
        ({ state }) => state?.key,
      );
    expect(keys({ bucket: "acme-state" })).toEqual([
      "prefect-fargate/dev/terraform.tfstate",
      "prefect-fargate/prod/terraform.tfstate",
      "odd/mine.tfstate",
    ]);
    expect(keys({ bucket: "acme-state", key: "data.tfstate" })).toEqual([
      "dev/data.tfstate",
      "prod/data.tfstate",
      "odd/mine.tfstate",
    ]);
  });

  it("is not shared by two environments", () => {
    const environments = { dev: { state: { key: "one" } }, prod: { state: { key: "one" } } };
    expect(() =>
      resolveEnvironments({ state: { bucket: "acme-state" }, environments }, "the config", {}),
    ).toThrow("would both have the state acme-state/one");
  });
});

describe("a bucket's name", () => {
  it.each(["acme-terraform-state", "abc", `a${"b".repeat(62)}`])("may be %s", (name) => {
    expect(bucketNameRule(name)).toBeUndefined();
  });

  it.each(["ab", "Acme", "-acme", "acme-", "acme_state", `a${"b".repeat(63)}`, "xn--acme", "acme--x-s3"])(
    "is not %s",
    (name) => {
      expect(bucketNameRule(name)?.verdict).toBe("is not a name that a bucket can have");
    },
  );

  it("is the name alone, without what people copy with it", () => {
    expect(bucketNameRule("s3://acme-state/prod")?.suggestion).toBe("acme-state");
    expect(bucketNameRule("arn:aws:s3:::acme-state")?.suggestion).toBe("acme-state");
    expect(bucketNameRule("acme.state")?.suggestion).toBe("acme-state");
  });
});

describe("a state's key", () => {
  it.each(["terraform.tfstate", "a/b/c"])("may be %s", (key) => expect(stateKeyRule(key)).toBeUndefined());
  it.each(["/a", "a//b", "a/", "a/../b", "a b", "a.tflock", ""])("is not %j", (key) =>
    expect(stateKeyRule(key)).toBeDefined(),
  );
});
