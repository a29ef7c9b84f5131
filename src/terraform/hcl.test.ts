import { describe, expect, test } from "vitest";
import { renderBlock, renderValue } from "./hcl.ts";
import { formatExpression } from "./hcl-expression.ts";

describe("HCL", () => {
  test("arguments are aligned in runs that a longer value ends", () => {
    const body = { name: "a", cidr_block: "${var.cidr_block}", tags: { Name: "a", Team: "b" } };
    expect(renderBlock("resource", ["aws_vpc", "this"], body)).toMatchInlineSnapshot(`
      "resource "aws_vpc" "this" {
        name       = "a"
        cidr_block = var.cidr_block

        tags = {
          Name = "a"
          Team = "b"
        }
      }
      "
    `);
  });

  test("what the schema calls a block is a block, what it does not is an argument", () => {
    const body = { for_each: "${local.zones}", filter: [{ name: "x" }, { name: "y" }], map: { name: "z" } };
    expect(renderBlock("data", ["aws_vpc", "this"], body, { nested: { filter: {} } })).toMatchInlineSnapshot(`
      "data "aws_vpc" "this" {
        for_each = local.zones

        map = { name = "z" }

        filter {
          name = "x"
        }

        filter {
          name = "y"
        }
      }
      "
    `);
  });

  test("dynamic blocks, lifecycle and dependencies are written as Terraform wants them", () => {
    const body = {
      depends_on: ["${aws_vpc.this}", "aws_eip.nat"],
      lifecycle: {
        ignore_changes: ["input"],
        postcondition: [{ condition: "${self.a}", error_message: "b" }],
      },
      dynamic: { setting: { for_each: "${var.settings}", content: { name: "${setting.value.name}" } } },
    };
    expect(renderBlock("resource", ["aws_x", "y"], body)).toMatchInlineSnapshot(`
      "resource "aws_x" "y" {
        dynamic "setting" {
          for_each = var.settings

          content {
            name = setting.value.name
          }
        }

        depends_on = [aws_vpc.this, aws_eip.nat]

        lifecycle {
          ignore_changes = [input]

          postcondition {
            condition     = self.a
            error_message = "b"
          }
        }
      }
      "
    `);
  });

  test("notes stand above blocks and arguments, and end the alignment", () => {
    const body = { a: 1, long_name: 2, b: 3 };
    expect(
      renderBlock("locals", [], body, { note: "One.\nTwo.", argumentNotes: { b: "Why." } }),
    ).toMatchInlineSnapshot(`
        "# One.
        # Two.
        locals {
          a         = 1
          long_name = 2
          # Why.
          b = 3
        }
        "
      `);
  });

  test("text keeps its quotes, backslashes, line ends, control characters and template markers", () => {
    expect(renderValue('"\\\n\t\u0000\u0008 $${a} %%{b} ${var.c}')).toBe(
      '"\\"\\\\\\n\\t\\u0000\\u0008 $${a} %%{b} ${var.c}"',
    );
  });

  test("short expressions stay in a line, long ones are broken at their brackets", () => {
    expect(formatExpression('jsonencode({"a" = [1, 2], "b-c" = "x"})')).toBe(
      'jsonencode({ a = [1, 2], b-c = "x" })',
    );
    expect(
      formatExpression('jsonencode([{"a" = 1, "b" = {"c" = 2}, "d e" = [for x in var.y : x if x != ""]}])'),
    ).toMatchInlineSnapshot(`
        "jsonencode([{
          a     = 1
          b     = { c = 2 }
          "d e" = [for x in var.y : x if x != ""]
        }])"
      `);
  });

  test("a long for expression has its head on a line of its own", () => {
    const source = `{ for name, value in ${"local.very_long_name".repeat(4)} : name => merge(value, {"default" = true}) }`;
    expect(formatExpression(source)).toMatchInlineSnapshot(`
      "{
        for name, value in local.very_long_namelocal.very_long_namelocal.very_long_namelocal.very_long_name :
        name => merge(value, { default = true })
      }"
    `);
  });

  test("comparisons inside an object are not taken for its equals sign", () => {
    expect(formatExpression('{"a" = var.b == "=" ? 1 : 2}')).toBe('{ a = var.b == "=" ? 1 : 2 }');
  });
});
