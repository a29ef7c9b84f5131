import { describe, expect, it } from "vitest";
import { BatchingSink } from "./awslogs.ts";
import type { LogEvent } from "./log-batches.ts";

function sink(put: (events: LogEvent[]) => Promise<void>) {
  const losses: string[] = [];
  return {
    losses,
    logs: new BatchingSink(
      put,
      () => {},
      "group stream",
      (sentence) => losses.push(sentence),
    ),
  };
}

describe("BatchingSink", () => {
  it("never loses the last line, with or without a line break", async () => {
    const sent: string[] = [];
    const { logs } = sink(async (events) => void sent.push(...events.map(({ message }) => message)));
    await logs.write("stdout", Buffer.from("one\n\ntw"));
    await logs.write("stderr", Buffer.from("problem"));
    await logs.write("stdout", Buffer.from("o\nlast"));
    await logs.close();
    expect(sent).toEqual(["one", "two", "last", "problem"]);
  });

  it("puts characters together that a chunk's end cut", async () => {
    const sent: string[] = [];
    const { logs } = sink(async (events) => void sent.push(...events.map(({ message }) => message)));
    const bytes = Buffer.from("🚀 up\n");
    await logs.write("stdout", bytes.subarray(0, 2));
    await logs.write("stdout", bytes.subarray(2));
    await logs.close();
    expect(sent).toEqual(["🚀 up"]);
  });

  it("sends again what CloudWatch refused once", async () => {
    let refusals = 1;
    const sent: string[] = [];
    const { logs, losses } = sink(async (events) => {
      if (refusals-- > 0) throw new Error("busy");
      sent.push(...events.map(({ message }) => message));
    });
    await logs.write("stdout", Buffer.from("one\n"));
    await logs.close();
    expect(sent).toEqual(["one"]);
    expect(losses).toEqual([]);
  });

  it("makes a container wait that writes faster than its log is taken", async () => {
    const gate = Promise.withResolvers<void>();
    const { logs } = sink(() => gate.promise);
    let accepted = false;
    const writing = logs.write("stdout", Buffer.from("x\n".repeat(60_001))).then(() => {
      accepted = true;
    });
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect(accepted).toBe(false);
    gate.resolve();
    await writing;
    await logs.close();
    expect(accepted).toBe(true);
  });
});
