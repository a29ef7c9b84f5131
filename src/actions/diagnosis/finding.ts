import type { Evidence } from "./evidence.ts";

/**
 * How sure a finding is. `certain`: AWS, Prefect or the worker itself said so. `likely`: the facts leave little else.
 * `aside`: true and in the way, but not why the worker is not ONLINE.
 */
export type Certainty = "certain" | "likely" | "aside";

/** A cause that was recognized. */
export interface Finding {
  readonly certainty: Certainty;
  /** Completes "Worker dev-worker did not come ONLINE: …", with a full stop. */
  readonly sentence: string;
  /** What it was recognized by, quoted. */
  readonly evidence: readonly string[];
  /** What to type or edit. */
  readonly remedy: string;
  /** 0 = seen at the newest task or right now. @default 0 */
  readonly age?: number;
}

/** Recognizes one cause. Pure: it sees the evidence and nothing else. */
export interface Recognizer {
  /** Stable name, in JSON output and in tests. */
  readonly cause: string;
  /** Where the words that it looks for are documented. */
  readonly source: string;
  recognize(evidence: Evidence): Finding | undefined;
}
