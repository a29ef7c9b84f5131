import { homedir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { cacheDirectory } from "./cache-dir.ts";

describe("cacheDirectory", () => {
  it("is the platform's own by default", () => {
    expect(cacheDirectory({})).toMatch(/prefect-fargate$/);
  });

  it("is the one that PREFECT_FARGATE_CACHE_DIR names", () => {
    expect(cacheDirectory({ PREFECT_FARGATE_CACHE_DIR: "/somewhere" })).toBe("/somewhere");
    expect(cacheDirectory({ PREFECT_FARGATE_CACHE_DIR: "~/somewhere" })).toBe(join(homedir(), "somewhere"));
  });
});
