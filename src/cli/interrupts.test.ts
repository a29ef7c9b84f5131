import { EventEmitter } from "node:events";
import { describe, expect, it } from "vitest";
import { watchInterrupts } from "./interrupts.ts";
import type { Signals } from "./surroundings.ts";

function world(message?: string) {
  const log: string[] = [];
  const emitter = new EventEmitter();
  const signals: Signals = {
    on: (name, listener) => emitter.on(name, listener),
    off: (name, listener) => emitter.off(name, listener),
    exit: (status) => log.push(`exit ${status}`),
  };
  const reporter = {
    stage: () => Promise.reject(new Error("not used")),
    note: () => {},
    warn: (sentence: string) => void log.push(sentence),
    close: () => void log.push("closed"),
  };
  return { log, emitter, interrupts: watchInterrupts({ signals, message, reporter }) };
}

describe("watchInterrupts", () => {
  it("asks at the first Ctrl-C and ends at the second", () => {
    const { log, emitter, interrupts } = world("Taking everything down.");
    emitter.emit("SIGINT");
    expect(interrupts.signal.aborted).toBe(true);
    expect(log).toEqual(["Taking everything down."]);
    emitter.emit("SIGINT");
    expect(log).toEqual(["Taking everything down.", "closed", "exit 130"]);
  });

  it("ends at once when there is nothing to take down", () => {
    const { log, emitter } = world();
    emitter.emit("SIGTERM");
    expect(log).toEqual(["closed", "exit 143"]);
  });

  it("remembers which signal it was", () => {
    const { emitter, interrupts } = world("Taking everything down.");
    emitter.emit("SIGHUP");
    expect(interrupts.status).toBe(129);
  });

  it("leaves no listener behind", () => {
    const { emitter, interrupts } = world("Taking everything down.");
    interrupts.stop();
    expect(emitter.eventNames()).toEqual([]);
  });
});
