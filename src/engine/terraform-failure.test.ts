import { describe, expect, it } from "vitest";
import type { Diagnostic } from "./events.ts";
import type { TerraformResult } from "./run-terraform.ts";
import { terraformFailure, wantsInit } from "./terraform-failure.ts";

const TERRAFORM = { path: "/bin/terraform", product: "terraform", version: "1.11.4" } as const;

const error = (summary: string, detail = "", more: Partial<Diagnostic> = {}): Diagnostic => ({
  severity: "error",
  summary,
  detail,
  address: undefined,
  where: undefined,
  ...more,
});

const result = (errors: Diagnostic[], more: Partial<TerraformResult> = {}): TerraformResult => ({
  command: "/bin/terraform -chdir=/project apply -json plan.tfplan",
  succeeded: false,
  ending: "exit status 1",
  errors,
  warnings: [],
  lastWords: [],
  stateDump: undefined,
  ...more,
});

const failureOf = (errors: Diagnostic[], more: Partial<TerraformResult> = {}) =>
  terraformFailure({ terraform: TERRAFORM, dir: "/project", result: result(errors, more) });

describe("terraformFailure", () => {
  it("says the cause first, with its resource, and leaves out what only follows from it", () => {
    const failed = failureOf(
      [
        error("execution halted"),
        error("creating ECS Cluster (prefect-cluster): AccessDeniedException: not authorized", "", {
          address: "module.cluster.aws_ecs_cluster.this",
          where: "modules/cluster/main.tf:3",
        }),
        error("Invalid index", "The given key does not identify an element.\n\nMore text.", {
          where: "main.tf:12",
        }),
        error("Invalid index", "The given key does not identify an element.\n\nMore text.", {
          where: "main.tf:12",
        }),
      ],
      { lastWords: ["last words of stderr"] },
    );
    expect(failed).toMatchObject({
      code: "TERRAFORM_FAILED",
      message:
        "module.cluster.aws_ecs_cluster.this: creating ECS Cluster (prefect-cluster): AccessDeniedException: not authorized",
      details: [
        "command: /bin/terraform -chdir=/project apply -json plan.tfplan (exit status 1)",
        "also: Invalid index. The given key does not identify an element. (main.tf:12)",
        "last words of stderr",
      ],
    });
  });

  it("falls back to the last words, then to how it ended", () => {
    expect(failureOf([], { lastWords: ["panic: oh no"] }).message).toBe(
      "Terraform ended with exit status 1: panic: oh no",
    );
    expect(failureOf([], { ending: "signal SIGKILL" }).message).toBe(
      "Terraform was ended by SIGKILL: by somebody, or by the system for want of memory.",
    );
  });

  it.each<[string, Diagnostic, string]>([
    [
      "PLAN_STALE",
      error("Saved plan is stale", "The given plan file can no longer be applied."),
      "Run this again",
    ],
    [
      "LOCK_FILE_MISMATCH",
      error(
        "Failed to install provider",
        "the cached package for registry.terraform.io/hashicorp/aws 5.100.0 does not match any of the checksums recorded in the dependency lock file",
      ),
      "terraform -chdir=/project init -upgrade",
    ],
    [
      "LOCK_FILE_MISMATCH",
      error(
        "Failed to query available provider packages",
        "locked provider registry.terraform.io/hashicorp/aws 4.67.0 does not match configured version constraint >= 5.100.0; must use terraform init -upgrade",
      ),
      "init -upgrade",
    ],
    [
      "PROVIDER_UNAVAILABLE",
      error("Failed to query available provider packages", "could not connect to registry.terraform.io"),
      "terraform providers mirror DIR",
    ],
    [
      "AWS_CREDENTIALS_MISSING",
      error("No valid credential sources found", "no EC2 IMDS role found"),
      "AWS_PROFILE",
    ],
    [
      "AWS_CREDENTIALS_EXPIRED",
      error(
        "creating ECS Cluster: api error ExpiredTokenException: The security token included in the request is expired",
      ),
      "aws sso login",
    ],
    [
      "NO_SPACE",
      error("Failed to write state", "write terraform.tfstate: no space left on device"),
      "df -h /project",
    ],
    ["NO_SPACE", error("Failed to save state", "write terraform.tfstate: file too large."), "ulimit -f"],
    [
      "FOLDER_NOT_WRITABLE",
      error("Error acquiring the state lock", "Error message: open terraform.tfstate: permission denied"),
      "ls -la /project",
    ],
    [
      "TERRAFORM_FAILED",
      error("creating IAM Role: AccessDenied: permission denied by policy"),
      "run this again",
    ],
  ])("knows %s", (code, diagnostic, hint) => {
    const failed = failureOf([diagnostic]);
    expect(failed.code).toBe(code);
    expect(failed.hint).toContain(hint);
    expect(failed.details.join("\n")).toContain("command: /bin/terraform");
  });

  it("says who holds the lock", () => {
    const created = `${new Date(Date.now() - 300_000).toISOString().replace("T", " ").replace("Z", "123456")} +0000 UTC`;
    const detail = [
      "Error message: resource temporarily unavailable",
      "Lock Info:",
      "  ID:        c283aa93-9455-0d90-a30e-a624718e5aa7",
      "  Path:      bucket/prefect/terraform.tfstate",
      "  Operation: OperationTypeApply",
      "  Who:       ada@laptop",
      "  Version:   1.11.4",
      `  Created:   ${created}`,
      "  Info:      ",
    ].join("\n");
    const failed = failureOf([error("Error acquiring the state lock", detail)]);
    expect(failed.code).toBe("STATE_LOCKED");
    expect(failed.message).toBe(
      `The state bucket/prefect/terraform.tfstate is locked by ada@laptop, who is applying changes, since ${created.slice(0, 19)} UTC (5 min ago).`,
    );
    expect(failed.hint).toContain(
      "`/bin/terraform -chdir=/project force-unlock c283aa93-9455-0d90-a30e-a624718e5aa7`",
    );
  });
});

describe("wantsInit", () => {
  it("understands that init has to run, in both products' words", () => {
    expect(wantsInit(result([error("Module not installed", 'Run "terraform init" to install it.')]))).toBe(
      true,
    );
    expect(
      wantsInit(
        result([error("Inconsistent dependency lock file", "To update, run:\n  tofu init -upgrade")]),
      ),
    ).toBe(true);
    expect(wantsInit(result([error("Invalid index")]))).toBe(false);
  });
});
