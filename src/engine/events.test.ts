import { describe, expect, it } from "vitest";
import { recordedEvents } from "../../test/helpers/terraform-fixtures.ts";
import { parseEvent } from "./events.ts";

const outline = (name: string) =>
  recordedEvents(name).map((event) =>
    "resource" in event
      ? `${event.type} ${event.resource.address} ${"action" in event ? event.action : ""}`
      : event.type,
  );

describe("parseEvent", () => {
  it("reads what a run with a replacement and a failure reports", () => {
    const events = recordedEvents("replace-and-fail.terraform");
    expect(events[0]).toEqual({
      type: "version",
      at: expect.any(Number),
      product: "terraform",
      version: "1.11.4",
    });
    expect(
      events
        .filter(({ type }) => type.startsWith("apply_"))
        .map((event) => "resource" in event && event.resource.address),
    ).toContain('terraform_data.keyed["a"]');
    expect(events.find(({ type }) => type === "apply_complete")).toMatchObject({
      action: "delete",
      elapsedSeconds: expect.any(Number),
    });
    expect(events.find(({ type }) => type === "diagnostic")).toMatchObject({
      diagnostic: {
        severity: "error",
        summary: "local-exec provisioner error",
        detail: expect.stringContaining("this went wrong"),
        address: "terraform_data.failing[0]",
        where: "main.tf:14",
      },
    });
  });

  it.each(["create", "plan", "destroy", "replace-and-fail"])(
    "understands OpenTofu's %s as it does Terraform's",
    (name) => {
      // Independent resources finish in any order.
      expect(outline(`${name}.tofu`).sort()).toEqual(outline(`${name}.terraform`).sort());
      expect(recordedEvents(`${name}.tofu`)[0]).toMatchObject({
        type: "version",
        product: "tofu",
        version: "1.12.6",
      });
    },
  );

  it("tells why a resource is replaced, and the key of an instance", () => {
    const planned = recordedEvents("plan.terraform").filter(({ type }) => type === "planned_change");
    expect(planned).toContainEqual(
      expect.objectContaining({
        action: "replace",
        reason: "cannot_update",
        resource: expect.objectContaining({
          address: "terraform_data.replaced",
          type: "terraform_data",
          key: undefined,
        }),
      }),
    );
    expect(planned).toContainEqual(
      expect.objectContaining({ action: "delete", resource: expect.objectContaining({ key: "a" }) }),
    );
  });

  it("keeps sensitive outputs without a value", () => {
    const outputs = recordedEvents("create.terraform").findLast(({ type }) => type === "outputs");
    expect(outputs).toMatchObject({
      outputs: { word: { sensitive: false, value: "a" }, hidden: { sensitive: true } },
    });
    expect(outputs).not.toHaveProperty("outputs.hidden.value", expect.anything());
  });

  it("keeps the state that Terraform could write nowhere", () => {
    const line = '{"@level":"info","@message":"Emergency state dump","state":{"version":4,"serial":1}}';
    expect(parseEvent(line)).toMatchObject({ type: "state_dump", state: { version: 4, serial: 1 } });
  });

  it("gives messages of a newer version as log, and other lines as text", () => {
    expect(parseEvent('{"@level":"info","@message":"Hello","type":"brand_new"}')).toMatchObject({
      type: "log",
      level: "info",
      message: "Hello",
    });
    expect(parseEvent("panic: runtime error")).toMatchObject({
      type: "text",
      message: "panic: runtime error",
    });
    expect(parseEvent('"only a string"')).toMatchObject({ type: "text" });
    expect(parseEvent("  ")).toBeUndefined();
  });
});
