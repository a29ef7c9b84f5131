import type { Stage } from "#reporter";
import type { TerraformEvent } from "./events.ts";

/** How far an apply or a destroy has come, as far as its events tell. */
export interface Progress {
  readonly done: number;
  readonly total: number;
  readonly failed: number;
  /** What is being worked on, longest first. */
  readonly running: readonly { readonly address: string; readonly seconds: number }[];
}

const REDRAW_INTERVAL_MS = 1000;

/**
 * Counts resources from the event stream of an apply or a destroy. A replacement is one resource that is
 * worked on twice, so it counts once it has been created again.
 */
export class ProgressTracker {
  readonly #planned = new Map<string, string>();
  readonly #running = new Map<string, number>();
  readonly #done = new Set<string>();
  readonly #failed = new Set<string>();

  /** Takes the next event, of any type. */
  add(event: TerraformEvent): void {
    if (event.type === "planned_change" && event.action !== "noop") {
      this.#planned.set(event.resource.address, event.action);
    } else if (event.type === "apply_start") {
      this.#running.set(event.resource.address, event.at);
    } else if (event.type === "apply_complete") {
      this.#running.delete(event.resource.address);
      if (!this.#isHalfReplaced(event.resource.address, event.action)) this.#done.add(event.resource.address);
    } else if (event.type === "apply_errored") {
      this.#running.delete(event.resource.address);
      this.#failed.add(event.resource.address);
    }
  }

  /** @param now milliseconds since 1970 */
  read(now: number = Date.now()): Progress {
    const running = [...this.#running]
      .map(([address, since]) => ({ address, seconds: Math.max(0, Math.floor((now - since) / 1000)) }))
      .sort((a, b) => b.seconds - a.seconds);
    const total = new Set([...this.#planned.keys(), ...this.#done, ...this.#failed]).size;
    return { done: this.#done.size, total, failed: this.#failed.size, running };
  }

  /** A replaced resource is usually destroyed first, with create_before_destroy it is created first. */
  #isHalfReplaced(address: string, action: string): boolean {
    if (this.#planned.get(address) !== "replace") return false;
    this.#planned.set(address, "replace, second half");
    return action === "delete" || action === "create";
  }
}

/** `12 of 35 resources; waiting for aws_ecs_cluster.this (8 s)` */
export function describeProgress({ done, total, failed, running }: Progress): string {
  if (total === 0) return "comparing with what exists";
  const counted = `${done} of ${total} resources`;
  const failures = failed === 0 ? "" : `, ${failed} failed`;
  const [longest, ...others] = running;
  if (longest === undefined) return counted + failures;
  const more = others.length === 0 ? "" : ` and ${others.length} more`;
  return `${counted}${failures}; waiting for ${longest.address} (${longest.seconds} s)${more}`;
}

/**
 * Keeps a stage's line up to date while `work` runs, between events as well, since a single resource may take
 * minutes: `withProgress(stage, (onEvent) => workspace.apply(plan, onEvent))`.
 */
export async function withProgress<T>(
  stage: Stage,
  work: (onEvent: (event: TerraformEvent) => void) => Promise<T>,
): Promise<T> {
  const tracker = new ProgressTracker();
  const redraw = () => stage.update(describeProgress(tracker.read()));
  const timer = setInterval(redraw, REDRAW_INTERVAL_MS);
  try {
    return await work((event) => {
      tracker.add(event);
      redraw();
    });
  } finally {
    clearInterval(timer);
  }
}
