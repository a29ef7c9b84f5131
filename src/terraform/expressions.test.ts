import {
  DataResource,
  Fn,
  type IResolvable,
  TerraformLocal,
  type TerraformStack,
  TerraformVariable,
} from "cdktn";
import { describe, expect, test } from "vitest";
import { EcsCluster } from "#aws/ecs-cluster.ts";
import { Subnet } from "#aws/subnet.ts";
import { Vpc } from "#aws/vpc.ts";
import { withApp } from "#infra/with-app.ts";
import { blocks } from "./blocks.ts";
import { CleanStack } from "./clean-stack.ts";
import { all, at, choose, forEachIn, forEachOf, jsonencode, merge, namedList, tf } from "./expressions.ts";
import type { JsonObject } from "./hcl.ts";
import { synthesize } from "./synthesize.ts";
import { Zones } from "./zones.ts";

const synth = (build: (stack: CleanStack) => void): JsonObject =>
  withApp((app) => {
    const stack = new CleanStack(app, "test");
    build(stack);
    return synthesize(stack).json;
  });
const local = (build: (stack: TerraformStack) => unknown): unknown =>
  (synth((stack) => void new TerraformLocal(stack, "it", build(stack))).locals as JsonObject).it;
const variable = (stack: TerraformStack, type: string) => new TerraformVariable(stack, "x", { type });

describe("expressions", () => {
  test("text is quoted and escaped, references stand bare, nothing becomes a template by accident", () => {
    expect(
      local(
        (stack) => tf`f(${'a "b" ${c}'}, ${variable(stack, "string").stringValue}, ${null}, ${[1, true]})`,
      ),
    ).toBe('${f("a \\"b\\" $${c}", var.x, null, [1, true])}');
  });

  test("text around a reference is one string", () => {
    expect(local((stack) => jsonencode({ a: `pre-${variable(stack, "string").stringValue}-"` }))).toBe(
      '${jsonencode({"a" = "pre-${var.x}-\\""})}',
    );
  });

  test("what is known is decided at once, what is not becomes a conditional", () => {
    expect(choose(true, "a", "b")).toBe("a");
    expect(local((stack) => choose(tf`${variable(stack, "number").numberValue} > 1`, 1, 2))).toBe(
      "${var.x > 1 ? 1 : 2}",
    );
  });

  test("maps are merged now where they are known, by Terraform where not", () => {
    expect(merge({ a: "1" }, undefined, { a: "2" })).toEqual({ a: "2" });
    expect(local((stack) => merge(map(stack), { a: "2" }))).toBe('${merge(var.x, {"a" = "2"})}');
    expect(local((stack) => merge(map(stack), {}))).toBe("${var.x}");
  });

  test("a map becomes the list that container definitions ask for", () => {
    expect(namedList({ A: "1" }, "value")).toEqual([{ name: "A", value: "1" }]);
    expect(local((stack) => namedList(map(stack), "valueFrom"))).toBe(
      "${[for name, value in var.x : { name = name, valueFrom = value }]}",
    );
  });

  test("zones that are known are numbered now; resources in them are keyed by their names", () => {
    const { locals, resource } = synth((stack) => {
      const zones = new Zones(stack, "zones", ["us-east-1a", "us-east-1b"]);
      const subnets = new Subnet(
        stack,
        "private_subnet",
        zones.each(({ name, index }) => ({
          vpcId: "vpc-1",
          availabilityZone: name,
          cidrBlock: Fn.cidrsubnet("10.0.0.0/16", 4, index),
        })),
      );
      new TerraformLocal(stack, "first", at(subnets, zones.first).id);
      new TerraformLocal(stack, "every", all(subnets, zones.names, "arn"));
    }) as { locals: JsonObject; resource: JsonObject };
    expect(locals).toEqual({
      zones: { "us-east-1a": 0, "us-east-1b": 1 },
      first: '${aws_subnet.private["us-east-1a"].id}',
      every: '${[for key in ["us-east-1a", "us-east-1b"] : aws_subnet.private[key].arn]}',
    });
    expect(resource.aws_subnet).toEqual({
      private: {
        for_each: "${local.zones}",
        vpc_id: "vpc-1",
        availability_zone: "${each.key}",
        cidr_block: '${cidrsubnet("10.0.0.0/16", 4, each.value)}',
      },
    });
  });

  test("a resource for each instance of another sees that instance's attributes", () => {
    const { resource } = synth((stack) => {
      const clusters = new EcsCluster(
        stack,
        "each_ecs_cluster",
        forEachIn(tf`toset(["a"])`, (name) => ({ name })),
      );
      new Vpc(
        stack,
        "vpc",
        forEachOf(clusters, (key, cluster) => ({ tags: { k: key, arn: cluster.arn } })),
      );
    }) as { resource: JsonObject };
    expect(resource.aws_vpc).toEqual({
      this: { for_each: "${aws_ecs_cluster.each}", tags: { k: "${each.key}", arn: "${each.value.arn}" } },
    });
  });

  test("literal lists become blocks, lists that Terraform learns become a dynamic block", () => {
    interface Setting {
      readonly name: string;
    }
    const settings = (items: readonly Setting[] | IResolvable) =>
      synth((stack) => {
        const setting = blocks(items, ({ name }) => ({ name, value: "on" }));
        new EcsCluster(stack, "ecs_cluster", { name: "a", setting });
      });
    expect(clusterOf(settings([{ name: "x" }])).setting).toEqual([{ name: "x", value: "on" }]);
    expect(clusterOf(settings(tf`var.settings`)).dynamic).toEqual({
      setting: { for_each: "${var.settings}", content: { name: "${setting.value.name}", value: "on" } },
    });
  });
});

describe("a clean stack", () => {
  test("addresses are paths without the words that the type says", () => {
    const { resource } = synth((stack) => {
      new Vpc(stack, "vpc", {});
      new Vpc(stack, "other_vpc", {});
      new DataResource(stack, "zones_terraform_data", {});
    }) as { resource: JsonObject };
    expect(Object.keys(resource.aws_vpc as JsonObject)).toEqual(["this", "other"]);
    expect(Object.keys(resource.terraform_data as JsonObject)).toEqual(["zones"]);
  });

  test("two constructs that would share an address are an error", () => {
    expect(() =>
      synth((stack) => {
        new Vpc(stack, "vpc", {});
        new Vpc(stack, "this", {});
      }),
    ).toThrow("would both be aws_vpc.this");
  });

  test("attributes of a resource with for_each, which would fail at plan, fail here", () => {
    expect(() =>
      synth((stack) => {
        const vpcs = new Vpc(
          stack,
          "vpc",
          forEachIn(tf`var.names`, () => ({})),
        );
        new Subnet(stack, "subnet", { vpcId: vpcs.id });
      }),
    ).toThrow("aws_vpc.this.*.id");
  });

  test("a dynamic block inside for_each, which would read the wrong each, fails here", () => {
    expect(() =>
      synth((stack) => {
        const setting = blocks(tf`var.settings` as IResolvable, ({ name }: { name: string }) => ({
          name,
          value: "on",
        }));
        new EcsCluster(stack, "ecs_cluster", { ...forEachIn(tf`var.names`, (name) => ({ name })), setting });
      }),
    ).toThrow("both claim");
  });
});

function map(stack: TerraformStack): Record<string, string> {
  return variable(stack, "map(string)").value as unknown as Record<string, string>;
}

function clusterOf(json: JsonObject): JsonObject {
  return ((json.resource as JsonObject).aws_ecs_cluster as JsonObject).this as JsonObject;
}
