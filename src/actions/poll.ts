import { setTimeout as sleep } from "node:timers/promises";
import { PrefectFargateError } from "#errors";

export interface PollOptions {
  /** What is awaited, as the end of "Waited 60 s for …". */
  readonly what: string;
  readonly timeoutSeconds: number;
  readonly intervalSeconds: number;
  readonly signal?: AbortSignal | undefined;
  readonly hint?: string;
}

/** What one look found: the thing awaited, or what is there instead, in words. */
export type Look<T> = { readonly found: T } | { readonly seen: string };

/**
 * Looks again and again until `look` finds what is awaited.
 * @throws TIMED_OUT naming what was awaited, for how long, and what was last seen.
 */
export async function poll<T>(look: () => Promise<Look<T>>, options: PollOptions): Promise<T> {
  const deadline = performance.now() + options.timeoutSeconds * 1000;
  for (;;) {
    options.signal?.throwIfAborted();
    const result = await look();
    if ("found" in result) return result.found;
    if (performance.now() > deadline) {
      throw new PrefectFargateError(
        "TIMED_OUT",
        `Waited ${options.timeoutSeconds} s for ${options.what}; last seen: ${result.seen}.`,
        { source: "environment", ...(options.hint ? { hint: options.hint } : {}) },
      );
    }
    await sleep(options.intervalSeconds * 1000, undefined, { signal: options.signal });
  }
}
