import { describe, expect, it } from "vitest";
import type { ResourceChange } from "#engine/plan.ts";
import type { AttributeChange } from "#engine/plan-attributes.ts";
import { describeChanges, summarizeByPart } from "./describe-changes.ts";

const change = (fields: Partial<ResourceChange>): ResourceChange => ({
  address: "module.cluster.aws_ecs_cluster.this",
  module: "module.cluster",
  type: "aws_ecs_cluster",
  name: "this",
  action: "create",
  reason: undefined,
  previousAddress: undefined,
  attributes: [],
  values: {},
  ...fields,
});

const attribute = (fields: Partial<AttributeChange>): AttributeChange => ({
  name: "desired_count",
  isSensitive: false,
  isKnownAfterApply: false,
  forcesReplacement: false,
  ...fields,
});

const worker = {
  module: 'module.worker["dev-worker"]',
  address: 'module.worker["dev-worker"].aws_ecs_service.worker',
  type: "aws_ecs_service",
  values: { name: "dev-worker" },
};

const only = (fields: Partial<ResourceChange>) => describeChanges({ changes: [change(fields)] })[0]!;

describe("describeChanges", () => {
  it("calls things by what people call them", () => {
    expect(only(worker)).toMatchObject({
      kind: "create",
      part: "worker dev-worker",
      what: "ECS service dev-worker",
    });
    expect(only({ type: "aws_vpc", values: { tags_all: { Name: "prefect-ecs-vpc" } } }).what).toBe(
      "VPC prefect-ecs-vpc",
    );
    expect(only({ type: "aws_new_thing", module: "" })).toMatchObject({
      part: "root",
      what: "aws_new_thing",
    });
  });

  it("says why something is replaced", () => {
    const attributes = [attribute({ name: "name", forcesReplacement: true, before: "a", after: "b" })];
    expect(only({ ...worker, action: "replace", reason: "one of …", attributes })).toMatchObject({
      kind: "replace",
      because: "name cannot be changed in place",
      differences: ['name: "a" → "b"'],
    });
  });

  it("takes an empty value for none, as the provider does", () => {
    const attributes = [
      attribute({ name: "ipc_mode", before: "", after: null }),
      attribute({ name: "tags", before: {}, after: undefined }),
      attribute({ name: "family", before: "", after: "a" }),
    ];
    expect(only({ ...worker, action: "replace", attributes }).differences).toEqual(['family: "" → "a"']);
  });

  it("has the same order whatever Terraform's was", () => {
    const changes = [change(worker), change({})];
    expect(describeChanges({ changes })).toEqual(describeChanges({ changes: changes.toReversed() }));
  });

  it("opens JSON, and tells environment variables by name alone", () => {
    const containers = (image: string, environment: object[]) => JSON.stringify([{ image, environment }]);
    const attributes = [
      attribute({
        name: "container_definitions",
        before: containers("prefect:2", [
          { name: "PASSWORD", value: "old" },
          { name: "GONE", value: "x" },
        ]),
        after: containers("prefect:3", [
          { name: "PASSWORD", value: "new" },
          { name: "FRESH", value: "y" },
        ]),
      }),
      attribute({ name: "arn", isKnownAfterApply: true }),
    ];
    expect(only({ ...worker, action: "update", attributes }).differences).toEqual([
      'container_definitions.image: "prefect:2" → "prefect:3"',
      "variable PASSWORD: another value",
      "variable GONE: removed",
      "variable FRESH: added",
    ]);
  });

  it("does not show what is sensitive or not yet known", () => {
    const attributes = [
      attribute({ name: "secret_string", isSensitive: true }),
      attribute({ name: "task_definition", before: "dev-worker:1", isKnownAfterApply: true }),
    ];
    expect(only({ ...worker, action: "update", attributes }).differences).toEqual([
      "secret_string: (hidden)",
      'task_definition: "dev-worker:1" → known after apply',
    ]);
  });
});

describe("summarizeByPart", () => {
  it("counts what is many and names what is one", () => {
    const network = { module: "module.network", values: {} };
    const changes = [
      change({ ...network, type: "aws_vpc", address: "a", values: { tags: { Name: "prefect-ecs-vpc" } } }),
      change({ ...network, type: "aws_subnet", address: "b" }),
      change({ ...network, type: "aws_subnet", address: "c" }),
      change({ values: { name: "prefect-cluster" } }),
    ];
    expect(summarizeByPart(describeChanges({ changes }))).toEqual([
      { part: "network", things: ["VPC prefect-ecs-vpc", "2 subnets"] },
      { part: "cluster", things: ["ECS cluster prefect-cluster"] },
    ]);
  });
});
