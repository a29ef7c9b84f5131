import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { recordedEvents } from "../../test/helpers/terraform-fixtures.ts";
import { PlanReader } from "./plan.ts";
import { withAttributes } from "./plan-attributes.ts";

function recordedPlan(name: string) {
  const reader = new PlanReader();
  for (const event of recordedEvents(name)) reader.add(event);
  return reader.finish("plan.tfplan");
}

describe("PlanReader", () => {
  it.each(["plan.terraform", "plan.tofu"])(
    "counts what would be created, changed, replaced and destroyed (%s)",
    (name) => {
      expect(recordedPlan(name)).toMatchObject({ add: 2, change: 1, replace: 1, destroy: 1, empty: false });
    },
  );

  it("says why a resource goes, in words", () => {
    const reasons = Object.fromEntries(
      recordedPlan("plan.terraform").changes.map(({ address, reason }) => [address, reason]),
    );
    expect(reasons).toEqual({
      "terraform_data.changed": undefined,
      "terraform_data.failing[0]": undefined,
      'terraform_data.keyed["a"]': "its key is no longer in for_each",
      'terraform_data.keyed["b"]': undefined,
      "terraform_data.replaced": "one of its values cannot be changed in place",
    });
  });

  it("is empty where nothing would be done", () => {
    const [version] = recordedEvents("plan.terraform");
    const reader = new PlanReader();
    reader.add(version!);
    expect(reader.finish("plan.tfplan")).toMatchObject({ changes: [], empty: true });
  });

  it("is not empty where only an output changes", () => {
    const reader = new PlanReader();
    reader.add({ type: "outputs", at: 0, outputs: { word: { sensitive: false, action: "update" } } });
    expect(reader.finish("plan.tfplan")).toMatchObject({ changes: [], empty: false });
  });

  it("leaves out data sources, which are only read", () => {
    const reader = new PlanReader();
    const planned = recordedEvents("plan.terraform").find((event) => event.type === "planned_change")!;
    reader.add({ ...planned, action: "read" } as typeof planned);
    expect(reader.finish("plan.tfplan").changes).toEqual([]);
  });
});

describe("withAttributes", () => {
  const json = JSON.parse(
    readFileSync(join(import.meta.dirname, "recordings", "plan.terraform.json"), "utf8"),
  );
  const plan = withAttributes(recordedPlan("plan.terraform"), json);
  const attributesOf = (address: string) =>
    plan.changes.find((change) => change.address === address)?.attributes;

  it("names what changes and what is only known later", () => {
    expect(attributesOf("terraform_data.changed")).toEqual([
      {
        name: "input",
        before: "a",
        after: "b",
        isSensitive: false,
        isKnownAfterApply: false,
        forcesReplacement: false,
      },
      { name: "output", before: "a", isSensitive: false, isKnownAfterApply: true, forcesReplacement: false },
    ]);
  });

  it("marks what forces a replacement", () => {
    const forcing = attributesOf("terraform_data.replaced")?.filter(
      ({ forcesReplacement }) => forcesReplacement,
    );
    expect(forcing?.map(({ name }) => name)).toEqual(["triggers_replace"]);
  });

  it("keeps the values of sensitive attributes to itself", () => {
    const [change] = json.resource_changes.filter(
      (item: { address: string }) => item.address === "terraform_data.changed",
    );
    const hidden = {
      resource_changes: [{ ...change, change: { ...change.change, after_sensitive: { input: true } } }],
    };
    const [input] = withAttributes(recordedPlan("plan.terraform"), hidden).changes.flatMap(
      ({ attributes }) => attributes,
    );
    expect(input).toEqual({
      name: "input",
      isSensitive: true,
      isKnownAfterApply: false,
      forcesReplacement: false,
    });
  });

  it("names no differences of what is created or destroyed", () => {
    expect(attributesOf('terraform_data.keyed["b"]')).toEqual([]);
  });

  it("tells what would be, and of what goes what it was, without what is sensitive", () => {
    const valuesOf = (address: string) => plan.changes.find((change) => change.address === address)?.values;
    expect(valuesOf("terraform_data.changed")).toMatchObject({ input: "b" });
    expect(valuesOf('terraform_data.keyed["a"]')).toHaveProperty("id");
    const outputs = { open: { after: { a: 1 }, after_sensitive: false }, key: { after_sensitive: true } };
    expect(withAttributes(plan, { output_changes: outputs }).outputs).toEqual({ open: { a: 1 } });
  });

  it("lists all managed resources as they would be, in every module", () => {
    const resource = {
      mode: "managed",
      type: "t",
      values: { a: 1, key: "k" },
      sensitive_values: { key: true },
    };
    const inner = { resources: [{ ...resource, address: "module.m.t.b" }] };
    const root_module = {
      resources: [
        { ...resource, address: "t.a" },
        { ...resource, mode: "data", address: "data.t.c" },
      ],
      child_modules: [inner],
    };
    expect(withAttributes(plan, { planned_values: { root_module } }).resources).toEqual([
      { address: "t.a", type: "t", values: { a: 1 } },
      { address: "module.m.t.b", type: "t", values: { a: 1 } },
    ]);
  });
});
