import { describe, expect, it } from "vitest";
import { overLimit } from "./memory-watch.ts";

const MIB = 1024 ** 2;
const app = { name: "app", memoryMiB: undefined };
const sidecar = { name: "sidecar", memoryMiB: 128 };

describe("overLimit", () => {
  it("spares containers within their limits", () => {
    expect(overLimit([app, sidecar], [800 * MIB, 128 * MIB], 1024)).toEqual([]);
  });

  it("picks the container above its own limit, though the task has room", () => {
    expect(overLimit([app, sidecar], [10 * MIB, 129 * MIB], 1024)).toEqual([sidecar]);
  });

  it("picks the largest when all together are above the task's", () => {
    expect(overLimit([app, sidecar], [950 * MIB, 100 * MIB], 1024)).toEqual([app]);
  });

  it("lets be what cannot be measured or has no limit", () => {
    expect(overLimit([app], [undefined], 1)).toEqual([]);
    expect(overLimit([app], [9000 * MIB], undefined)).toEqual([]);
  });
});
