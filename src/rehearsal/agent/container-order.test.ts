import { describe, expect, it } from "vitest";
import { dependencies, dependents, orderProblem } from "./container-order.ts";

const database = { name: "database" };
const worker = { name: "worker", dependsOn: [{ containerName: "database", condition: "HEALTHY" as const }] };

describe("container order", () => {
  it("names what a container waits for and what must stop before it", () => {
    expect(dependencies(worker)).toEqual([{ containerName: "database", condition: "HEALTHY" }]);
    expect(dependents("database", [database, worker])).toEqual(["worker"]);
    expect(dependents("worker", [database, worker])).toEqual([]);
  });

  it("finds no problem in an order that works out", () => {
    expect(orderProblem([worker, database])).toBeUndefined();
  });

  it("finds a circle", () => {
    const circular = {
      name: "database",
      dependsOn: [{ containerName: "worker", condition: "START" as const }],
    };
    expect(orderProblem([circular, worker])).toBe(
      "containers wait for one another: database → worker → database",
    );
  });

  it("finds a container that is not there", () => {
    expect(orderProblem([worker])).toBe(
      "container worker depends on database, which the task definition does not have",
    );
  });
});
