import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { workerNameRule, workPoolRule } from "./prefect-names.ts";

describe("workPoolRule", () => {
  it.each(["ecs-work-pool", "My Pool 2", "größe"])("accepts %s", (name) =>
    expect(workPoolRule(name)).toBeUndefined(),
  );

  it.each(["a/b", "50%", "a&b", "a<b", "", "  ", " pool", "a\nb"])("refuses %j", (name) =>
    expect(workPoolRule(name)).toBeDefined(),
  );

  it("leaves names that begin with prefect to the server", () => {
    expect(workPoolRule("Prefect-pool")?.suggestion).toBe("ecs-Prefect-pool");
  });
});

describe("workerNameRule", () => {
  it.each(["dev-worker", "a", "w1"])("accepts %s", (name) => expect(workerNameRule(name)).toBeUndefined());

  it.each(["Dev Worker", "1w", "a--b", "a-", "a_b", "", "w".repeat(33)])("refuses %j", (name) =>
    expect(workerNameRule(name)).toBeDefined(),
  );

  it("suggests only names that it accepts", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 60 }), (name) => {
        const suggested = /"(.*)"/.exec(workerNameRule(name)?.remedy ?? "")?.[1];
        if (suggested !== undefined) expect(workerNameRule(suggested)).toBeUndefined();
      }),
    );
  });
});
