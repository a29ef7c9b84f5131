import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CPU_SIZES, cpuRule, smallestTaskSize, TASK_SIZES, taskSizeRule } from "./task-size.ts";

const anyCpu = fc.constantFrom(...CPU_SIZES);
const anyMemory = fc.integer({ min: 1, max: 200_000 });

describe("the table of task sizes", () => {
  it("has as many sizes as AWS lists", () => {
    const amounts = [...TASK_SIZES].map(([cpu, memories]) => `${cpu}: ${memories.length}`);
    expect(amounts).toEqual(["256: 3", "512: 4", "1024: 7", "2048: 13", "4096: 23", "8192: 12", "16384: 12"]);
  });

  it("begins and ends where AWS says for 8 and 16 vCPU", () => {
    const ends = [8192, 16384].map((cpu) => [TASK_SIZES.get(cpu)!.at(0), TASK_SIZES.get(cpu)!.at(-1)]);
    expect(ends).toEqual([
      [16384, 61440],
      [32768, 122880],
    ]);
  });
});

describe("taskSizeRule", () => {
  it("says what Fargate offers and the next size that fits", () => {
    expect(taskSizeRule({ cpu: 512, memoryMiB: 3000 })).toEqual({
      verdict: "does not fit cpu 512",
      works: "Fargate offers 1024, 2048, 3072 or 4096 at this size.",
      suggestion: 3072,
    });
  });

  it("shortens a long list of sizes to its ends and step", () => {
    expect(taskSizeRule({ cpu: 4096, memoryMiB: 1 })?.works).toBe(
      "Fargate offers 8192 to 30720 in steps of 1024 at this size.",
    );
  });

  it("takes a small number for GiB", () => {
    expect(taskSizeRule({ cpu: 512, memoryMiB: 2 })?.suggestion).toBe(2048);
  });

  it("changes cpu as well when no memory of that size is enough", () => {
    expect(taskSizeRule({ cpu: 256, memoryMiB: 9000 })?.remedy).toBe("Set cpu: 2048 and memoryMiB: 9216");
  });

  it("offers the largest memory when no size is enough", () => {
    expect(taskSizeRule({ cpu: 16384, memoryMiB: 500_000 })?.suggestion).toBe(122880);
  });

  it("accepts exactly the pairs in the table", () => {
    fc.assert(
      fc.property(anyCpu, anyMemory, (cpu, memoryMiB) => {
        expect(taskSizeRule({ cpu, memoryMiB }) === undefined).toBe(TASK_SIZES.get(cpu)!.includes(memoryMiB));
      }),
    );
  });

  it("suggests only what it accepts", () => {
    fc.assert(
      fc.property(anyCpu, anyMemory, (cpu, memoryMiB) => {
        const complaint = taskSizeRule({ cpu, memoryMiB });
        if (typeof complaint?.suggestion === "number")
          expect(taskSizeRule({ cpu, memoryMiB: complaint.suggestion })).toBeUndefined();
        const both = /cpu: (\d+) and memoryMiB: (\d+)/.exec(complaint?.remedy ?? "");
        if (both) expect(taskSizeRule({ cpu: Number(both[1]), memoryMiB: Number(both[2]) })).toBeUndefined();
      }),
    );
  });
});

describe("smallestTaskSize", () => {
  it("is large enough, and nothing smaller is", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 16384 }),
        fc.integer({ min: 1, max: 122_880 }),
        (cpu, memoryMiB) => {
          const found = smallestTaskSize({ cpu, memoryMiB })!;
          expect(found.cpu).toBeGreaterThanOrEqual(cpu);
          expect(found.memoryMiB).toBeGreaterThanOrEqual(memoryMiB);
          const enough = [...TASK_SIZES].flatMap(([size, memories]) =>
            memories.filter((memory) => size >= cpu && memory >= memoryMiB).map((memory) => [size, memory]),
          );
          expect(enough.filter(([size, memory]) => size! <= found.cpu && memory! < found.memoryMiB)).toEqual(
            [],
          );
          expect(enough.filter(([size]) => size! < found.cpu)).toEqual([]);
        },
      ),
    );
  });

  it("gives nothing beyond the largest size", () => {
    expect(smallestTaskSize({ cpu: 16384, memoryMiB: 122_881 })).toBeUndefined();
  });
});

describe("cpuRule", () => {
  it.each([
    [0.5, 512],
    [2, 2048],
    [600, 1024],
    [99_999, 16384],
  ])("suggests for %d the size %d", (cpu, suggestion) => {
    expect(cpuRule(cpu)).toMatchObject({ verdict: "is not a CPU size of Fargate", suggestion });
  });
});
