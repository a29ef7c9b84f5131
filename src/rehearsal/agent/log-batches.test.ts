import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  EVENT_OVERHEAD_BYTES,
  lineEvents,
  MAX_BATCH_BYTES,
  MAX_BATCH_EVENTS,
  MAX_EVENT_BYTES,
  takeBatch,
} from "./log-batches.ts";

describe("lineEvents", () => {
  it("drops an empty line, which CloudWatch would refuse", () => {
    expect(lineEvents("", 1)).toEqual([]);
  });

  it("cuts a long line into events within the limit, without cutting a character", () => {
    const unit = fc.constantFrom("a", "é", "€", "🚀");
    fc.assert(
      fc.property(
        fc.array(unit, { minLength: 1, maxLength: 5 }),
        fc.integer({ min: 0, max: 9 }),
        (units, shift) => {
          const line =
            "x".repeat(shift) +
            units.join("").repeat(Math.ceil((2.5 * MAX_EVENT_BYTES) / units.join("").length / 2));
          const messages = lineEvents(line, 7).map(({ message }) => message);
          expect(messages.join("")).toBe(line);
          expect(Math.max(...messages.map((message) => Buffer.byteLength(message)))).toBeLessThanOrEqual(
            MAX_EVENT_BYTES,
          );
        },
      ),
      { numRuns: 20 },
    );
  });
});

describe("takeBatch", () => {
  it("takes no more events than one call may carry", () => {
    const events = Array.from({ length: MAX_BATCH_EVENTS + 5 }, () => ({ timestamp: 1, message: "x" }));
    expect(takeBatch(events)).toHaveLength(MAX_BATCH_EVENTS);
    expect(events).toHaveLength(5);
  });

  it("takes no more bytes than one call may carry, and keeps the order", () => {
    const message = "y".repeat(MAX_EVENT_BYTES);
    const events = Array.from({ length: 10 }, (_, index) => ({ timestamp: index, message }));
    const batch = takeBatch(events);
    expect(batch.map(({ timestamp }) => timestamp)).toEqual([0, 1, 2, 3]);
    expect(batch.length * (MAX_EVENT_BYTES + EVENT_OVERHEAD_BYTES)).toBe(MAX_BATCH_BYTES);
    expect(events[0]?.timestamp).toBe(4);
  });
});
