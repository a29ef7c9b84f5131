import { describe, expect, it } from "vitest";
import { environmentNameRule, environmentSizeRule, environmentValueRule } from "./environment-rules.ts";

describe("environmentNameRule", () => {
  it.each(["PREFECT_LOGGING_LEVEL", "_x", "a1"])("accepts %s", (name) => {
    expect(environmentNameRule(name, "worker")).toBeUndefined();
    expect(environmentNameRule(name, "flows")).toBeUndefined();
  });

  it("says why the key does not belong there, and where it does", () => {
    expect(environmentNameRule("PREFECT_API_KEY", "flows")).toEqual({
      verdict: "must not be in a config: whoever may describe the task would read it",
      remedy: "Remove it: tasks get the key from the secret that prefect.apiKey names",
    });
  });

  it.each([
    "PREFECT_API_URL",
    "AWS_SECRET_ACCESS_KEY",
    "ECS_CONTAINER_METADATA_URI_V4",
    "PREFECT__FLOW_RUN_ID",
    "1A",
    "A-B",
    "",
  ])("refuses %j everywhere", (name) => {
    expect(environmentNameRule(name, "worker")).toBeDefined();
    expect(environmentNameRule(name, "flows")).toBeDefined();
  });

  it("lets flow runs install packages and choose a region, which workers do by other fields", () => {
    for (const name of ["EXTRA_PIP_PACKAGES", "AWS_DEFAULT_REGION"]) {
      expect(environmentNameRule(name, "flows")).toBeUndefined();
      expect(environmentNameRule(name, "worker")).toBeDefined();
    }
  });
});

describe("environmentValueRule", () => {
  it.each([
    "pnu_abcdefghijklmnop",
    "AKIAABCDEFGHIJKLMNOP",
    "postgres://me:secret@db/x",
    "-----BEGIN PRIVATE KEY-----",
  ])("refuses %s, which looks like a key", (value) => expect(environmentValueRule(value)).toBeDefined());

  it.each(["", "INFO", "postgres://db/x", "line\nbreak"])("accepts %j", (value) =>
    expect(environmentValueRule(value)).toBeUndefined(),
  );
});

describe("environmentSizeRule", () => {
  it("holds flow runs to what RunTask takes and workers to what a task definition takes", () => {
    const environment = { LARGE: "x".repeat(9000) };
    expect(environmentSizeRule(environment, "flows")?.works).toBe(
      "AWS allows 8192 characters in the overrides of a task; this environment takes 9029.",
    );
    expect(environmentSizeRule(environment, "worker")).toBeUndefined();
  });
});
