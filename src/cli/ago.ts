const UNITS = [
  [86_400, "d"],
  [3_600, "h"],
  [60, "min"],
] as const;

/** A time span for people: `12 s`, `3 min`, `5 h`, `2 d`. One unit is enough at a glance. */
export function span(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  const [size, unit] = UNITS.find(([length]) => seconds >= length * 2) ?? [1, "s"];
  return `${Math.floor(seconds / size)} ${unit}`;
}

/** `12 s ago`, `in 3 min`; nothing for nothing. */
export function ago(when: Date | undefined, now: Date = new Date()): string {
  if (!when) return "";
  const ms = now.getTime() - when.getTime();
  return ms < -1000 ? `in ${span(-ms)}` : `${span(ms)} ago`;
}
