import { describe, expect, it } from "vitest";
import type { DescribedChange } from "#actions/plan/describe-changes.ts";
import { planComment } from "./plan-comment.ts";

const change = (
  kind: DescribedChange["kind"],
  what: string,
  differences: string[] = [],
): DescribedChange => ({
  kind,
  part: "worker reports",
  what,
  type: "aws_ecs_service",
  address: "module.worker.aws_ecs_service.worker",
  because: undefined,
  differences,
});

describe("the comment on a pull request", () => {
  it("says what would change, folded, with the digest that is compared after the merge", () => {
    const proposal = {
      changes: [
        change("create", "IAM role prefect-reports-task-role"),
        change("change", "ECS service reports", ["desired_count: 1 → 2"]),
      ],
      pools: [{ name: "reports", action: "create", changes: [], isKnownAfterApply: true }] as const,
      empty: false,
      cost: undefined,
    };
    expect(planComment({ proposal, environment: "prod", digest: "sha256:abc" })).toMatchInlineSnapshot(`
      "### Plan of \`prod\`

      **1 to create, 1 to change, work pool \`reports\`**

      <details><summary>What would change</summary>

      \`\`\`diff
      Would be created:
      + worker reports  IAM role prefect-reports-task-role

      Would be changed:
      ! worker reports: ECS service reports
            desired_count: 1 → 2

      Work pools:
      + reports: created, and wired to cluster, network, roles, logs and the secret
      \`\`\`

      </details>

      \`sha256:abc\`: after the merge this plan is applied as it is; any other asks first.
      "
    `);
  });

  it("says that there is nothing to do", () => {
    const proposal = { changes: [], pools: [], empty: true, cost: undefined };
    expect(planComment({ proposal, environment: undefined, digest: "sha256:abc" })).toMatchInlineSnapshot(`
      "### Plan

      Nothing to do: everything is as the config says.

      \`sha256:abc\`: after the merge this plan is applied as it is; any other asks first.
      "
    `);
  });

  it("cannot be broken out of, and fits into a comment", () => {
    const evil = change("create", "ECS service ``` <script>");
    const many = Array.from({ length: 2000 }, () => change("change", "ECS service", ["x: 1 → 2"]));
    const proposal = { changes: [evil, ...many], pools: [], empty: false, cost: undefined };
    const text = planComment({ proposal, environment: "prod", digest: "sha256:abc" });
    expect(text).toContain("````diff");
    expect(text.length).toBeLessThan(20_000);
    expect(text).toContain("more lines");
  });
});
