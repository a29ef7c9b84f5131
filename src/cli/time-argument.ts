import { InvalidArgumentError } from "commander";

const UNIT_MS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Reads `90s`, `10m`, `2h`, `3d` as that long ago, and a time as ISO 8601 writes it as that time. */
export function parseSince(text: string, now: Date = new Date()): Date {
  const [, amount, unit] = /^(\d+)([smhd])$/.exec(text) ?? [];
  if (amount !== undefined && unit !== undefined)
    return new Date(now.getTime() - Number(amount) * UNIT_MS[unit]!);
  const time = /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(time))
    throw new InvalidArgumentError(
      "Write how long ago, as in 90s, 10m, 2h or 3d, or a time as in 2026-01-31T12:00:00Z.",
    );
  return new Date(time);
}
