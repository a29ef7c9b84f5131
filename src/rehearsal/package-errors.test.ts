import type { Result } from "execa";
import { describe, expect, it } from "vitest";
import { cacheError, packageError } from "./package-errors.ts";

/** What uv and pip really wrote in each situation, cut to the telling lines. */
const SAID: readonly [string, string][] = [
  [
    "PACKAGE_INDEX_UNREACHABLE",
    "error: Request failed after 3 retries in 10.6s\n  cause: Failed to fetch: https://index/simple/x/\n  cause: Connection refused (os error 111)",
  ],
  ["PACKAGE_INDEX_UNREACHABLE", "hint: Packages were unavailable because the network was disabled."],
  [
    "PACKAGE_INDEX_UNREACHABLE",
    "ERROR: Could not find a version that satisfies the requirement uv==0.13.9 (from versions: none)\nERROR: No matching distribution found for uv==0.13.9",
  ],
  ["CERTIFICATE_NOT_TRUSTED", "  cause: invalid peer certificate: UnknownIssuer\nerror: Failed to fetch"],
  ["NO_SPACE_LEFT", "error: failed to write\n  cause: No space left on device (os error 28)"],
  [
    "CACHE_NOT_WRITABLE",
    "error: Failed to initialize cache at `/nowhere`\n  cause: Permission denied (os error 13)",
  ],
  [
    "PYTHON_PACKAGE_CHANGED",
    "error: Failed to download `prefect-aws==0.7.12`\n  cause: Hash mismatch for `prefect-aws==0.7.12`",
  ],
  [
    "PYTHON_PACKAGE_UNKNOWN",
    "error: No solution found when resolving dependencies\n  cause: there is no version of prefect-aws==9",
  ],
  [
    "PYTHON_VENV_MISSING",
    "The virtual environment was not created successfully because ensurepip is not available.",
  ],
  ["PYTHON_PACKAGES_FAILED", "error: something new"],
];

const failed = (stderr: string, more: Partial<Result> = {}) =>
  ({
    stderr,
    stdout: "",
    shortMessage: "Command failed",
    escapedCommand: "uv pip install x",
    ...more,
  }) as Result;

describe("packageError", () => {
  it.each(SAID)("%s for what uv or pip said", (code, stderr) => {
    const error = packageError("The Python environment prefect-3", failed(stderr));
    expect(error.code).toBe(code);
    expect(error.message).toMatch(/^The Python environment prefect-3 could not be installed: .+\.$/);
    expect(error.hint).toBeTruthy();
    expect(error.details.at(-1)).toBe(stderr.split("\n").at(-1));
  });

  it("knows a file size limit by the signal it kills with", () => {
    expect(packageError("uv", failed("", { signal: "SIGXFSZ" })).code).toBe("NO_SPACE_LEFT");
  });
});

describe("cacheError", () => {
  it("explains what the file system refuses", () => {
    expect(cacheError("/cache", Object.assign(new Error(), { code: "EROFS" }))).toMatchObject({
      code: "CACHE_NOT_WRITABLE",
    });
    expect(cacheError("/cache", Object.assign(new Error(), { code: "ENOSPC" }))).toMatchObject({
      code: "NO_SPACE_LEFT",
    });
  });

  it("passes on what it does not know", () => {
    const bug = new TypeError("bug");
    expect(cacheError("/cache", bug)).toBe(bug);
  });
});
