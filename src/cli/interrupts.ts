import { constants } from "node:os";
import type { Reporter } from "#reporter";
import type { Signals } from "./surroundings.ts";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

export interface Interrupts {
  readonly signal: AbortSignal;
  /** The exit status that a shell expects after the signal that came: 130 after Ctrl-C. */
  readonly status: number;
  stop(): void;
}

export interface WatchInterruptsOptions {
  readonly signals: Signals;
  /** Said at the first signal; without it the first signal already ends the process. */
  readonly message: string | undefined;
  readonly reporter: Reporter & { close(): void };
}

/** The first Ctrl-C asks the command to end properly, the second ends it. */
export function watchInterrupts({ signals, message, reporter }: WatchInterruptsOptions): Interrupts {
  const controller = new AbortController();
  let received: (typeof SIGNALS)[number] = "SIGINT";
  const statusOf = (signal: (typeof SIGNALS)[number]): number => 128 + constants.signals[signal];

  const listeners = SIGNALS.map((signal) => {
    const listener = (): void => {
      if (message === undefined || controller.signal.aborted) {
        reporter.close();
        signals.exit(statusOf(signal));
        return;
      }
      received = signal;
      reporter.warn(message);
      controller.abort();
    };
    signals.on(signal, listener);
    return () => signals.off(signal, listener);
  });

  return {
    signal: controller.signal,
    get status() {
      return statusOf(received);
    },
    stop: () => {
      for (const remove of listeners) remove();
    },
  };
}
