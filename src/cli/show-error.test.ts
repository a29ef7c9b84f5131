import { describe, expect, it } from "vitest";
import { PrefectFargateError } from "#errors";
import { packageVersion } from "#package";
import { describeError, errorAsJson, showError } from "./show-error.ts";

const show = (error: unknown, { tty = false, debug = false, env = {} as NodeJS.ProcessEnv } = {}) =>
  showError(describeError(error), { stream: { write: () => true, isTTY: tty }, env, debug });

describe("an error of the user's or of the environment", () => {
  const error = new PrefectFargateError("TERRAFORM_TOO_OLD", "Terraform 1.5.7 is too old.", {
    details: ["Found at /usr/bin/terraform."],
    hint: "Install Terraform 1.11 or later",
    source: "environment",
  });

  it("has a code, a sentence, evidence and what to type", () => {
    expect(show(error)).toBe(
      "TERRAFORM_TOO_OLD: Terraform 1.5.7 is too old.\n  Found at /usr/bin/terraform.\n→ Install Terraform 1.11 or later\n",
    );
  });

  it("has colour at a terminal, unless that is refused", () => {
    expect(show(error, { tty: true })).toContain("\u001b[31mTERRAFORM_TOO_OLD\u001b[39m");
    expect(show(error, { tty: true, env: { NO_COLOR: "1" } })).toBe(show(error));
  });

  it("is the same as JSON", () => {
    expect(errorAsJson(describeError(error))).toEqual({
      error: {
        code: "TERRAFORM_TOO_OLD",
        source: "environment",
        message: "Terraform 1.5.7 is too old.",
        details: ["Found at /usr/bin/terraform."],
        hint: "Install Terraform 1.11 or later",
      },
    });
  });

  it("loses every key on its way", () => {
    const leaking = new PrefectFargateError("X", "Refused: pnu_canarycanarycanary.", {
      details: ["pnu_canarycanarycanary"],
    });
    expect(show(leaking, { debug: true })).not.toContain("canary");
    expect(JSON.stringify(errorAsJson(describeError(leaking)))).not.toContain("canary");
  });
});

describe("a mistake of ours", () => {
  it("is one sentence and says where to report it", () => {
    expect(show(new TypeError("x is not a function"))).toBe(
      "BUG: prefect-fargate made a mistake: x is not a function.\n" +
        `→ Please report it to the maintainers with the output of the same command with --debug (version ${packageVersion}, Node ${process.versions.node})\n`,
    );
  });

  it("has a stack trace only when it is asked for", () => {
    const error = new TypeError("x is not a function");
    expect(show(error)).not.toContain("show-error.test.ts");
    expect(show(error, { debug: true })).toContain("show-error.test.ts");
  });

  it("may be anything that can be thrown", () => {
    for (const thrown of ["text", undefined, null, 7, {}])
      expect(show(thrown)).toMatch(/^BUG: prefect-fargate made a mistake: /);
  });
});

describe("what the operating system refuses", () => {
  it.each([
    ["EACCES", "NO_PERMISSION: /data may not be used by this user."],
    ["ENOSPC", "NO_SPACE: /data cannot be written: the disk is full."],
    ["EFBIG", "NO_SPACE: /data cannot be written: it would pass the size limit for files."],
    ["EROFS", "NO_PERMISSION: /data is on a read-only file system."],
  ])("%s is a sentence", (code, sentence) => {
    const error = Object.assign(new Error(`${code}: refused`), { code, syscall: "open", path: "/data" });
    expect(show(error)).toMatch(new RegExp(`^${sentence}\n→ `));
    expect(describeError(error).source).toBe("environment");
  });

  it("is not confused with errors of our own that happen to have the code", () => {
    expect(describeError(Object.assign(new Error("x"), { code: "EACCES" })).code).toBe("BUG");
  });
});
