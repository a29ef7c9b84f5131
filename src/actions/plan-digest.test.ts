import { describe, expect, it } from "vitest";
import type { Plan, ResourceChange } from "#engine/plan.ts";
import { planDigest, type Reviewable } from "./plan-digest.ts";

const change = (more: Partial<ResourceChange> = {}): ResourceChange => ({
  address: "module.cluster.aws_ecs_cluster.this",
  module: "module.cluster",
  type: "aws_ecs_cluster",
  name: "this",
  action: "create",
  reason: undefined,
  previousAddress: undefined,
  attributes: [],
  values: { name: "prefect-cluster", tags: { A: "1", B: "2" } },
  ...more,
});
const reviewable = (changes: readonly ResourceChange[], more: Partial<Reviewable> = {}): Reviewable => ({
  plan: { file: "a.tfplan", changes, outputs: {}, empty: changes.length === 0 } as unknown as Plan,
  pools: [],
  empty: changes.length === 0,
  ...more,
});
const before = (value: string) => [
  { name: "image", before: value, isSensitive: false, isKnownAfterApply: false, forcesReplacement: false },
];

describe("the digest of a plan", () => {
  const one = change();
  const other = change({ address: "module.worker.aws_iam_role.worker" });

  it("is the same for the same plan, in whatever order it is told and wherever it lies", () => {
    const swapped = change({ values: { tags: { B: "2", A: "1" }, name: "prefect-cluster" } });
    const elsewhere = reviewable([other, swapped]);
    expect(planDigest({ ...elsewhere, plan: { ...elsewhere.plan, file: "b.tfplan" } })).toBe(
      planDigest(reviewable([one, other])),
    );
  });

  it.each<[string, Reviewable]>([
    ["a value", reviewable([change({ values: { name: "another" } }), other])],
    ["an action", reviewable([change({ action: "replace" }), other])],
    ["a resource more", reviewable([one, other, change({ address: "aws_vpc.this" })])],
    ["a resource less", reviewable([one])],
    [
      "a pool that was edited",
      reviewable([one, other], {
        pools: [{ name: "pool", action: "wire", changes: [], isKnownAfterApply: false }],
      }),
    ],
  ])("is another with %s", (_what, changed) => {
    expect(planDigest(changed)).not.toBe(planDigest(reviewable([one, other])));
  });

  it("is another when what was there has moved", () => {
    const from = (value: string) => reviewable([change({ action: "update", attributes: before(value) })]);
    expect(planDigest(from("a"))).not.toBe(planDigest(from("b")));
  });

  it("says of nothing to do that it is nothing", () => {
    expect(planDigest(reviewable([]))).toBe(planDigest(reviewable([], { pools: [] })));
    expect(planDigest(reviewable([]))).toMatch(/^sha256:[0-9a-f]{64}$/);
  });
});
