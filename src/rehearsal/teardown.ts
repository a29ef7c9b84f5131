import type { Reporter } from "#reporter";

/** What has been started, to be ended in reverse order whatever happened in between. */
export class Teardown {
  readonly #steps: { readonly what: string; readonly end: () => Promise<unknown> }[] = [];

  /** Notes how to end something, right after it was started. */
  add(what: string, end: () => Promise<unknown>): void {
    this.#steps.push({ what, end });
  }

  /** The same for what is still starting: it may be half there when everything ends. */
  addStarting<T>(what: string, starting: Promise<T>, end: (started: T) => Promise<unknown>): void {
    this.add(what, async () => {
      const started = await starting.catch(() => undefined);
      if (started !== undefined) await end(started);
    });
  }

  /** Ends everything. What fails is said and does not keep the rest from being ended. */
  async run(reporter: Reporter): Promise<void> {
    for (let step = this.#steps.pop(); step; step = this.#steps.pop()) {
      const { what, end } = step;
      await end().catch((error: unknown) => reporter.warn(`${what} did not end in good order: ${error}`));
    }
  }
}
