import type { ScopeName } from "./scope-names.ts";

/** What a resource of one type needs. */
export interface TypeGrants {
  readonly write: Partial<Record<ScopeName, readonly string[]>>;
  /** Also what refreshing its state calls: that is all that a plan does. */
  readonly read: readonly string[];
}
