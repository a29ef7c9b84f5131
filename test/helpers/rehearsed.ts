import { resolveConfig } from "#config/resolve-config.ts";
import type { ConfigInput } from "#config/schema.ts";
import { type RehearsalResult, type RehearsalUp, rehearse } from "#rehearsal/rehearse.ts";
import { RecordingReporter } from "./recording-reporter.ts";

export interface Rehearsed extends RehearsalUp {
  /** Everything that was said while it ran. */
  readonly reporter: RecordingReporter;
  /** Lets the rehearsal remove everything, calls `whenRemoved` while the emulated AWS is still there, and ends it. */
  finish(whenRemoved?: () => Promise<void>): Promise<RehearsalResult>;
}

/** A rehearsal that has reached its height: worker ONLINE, flow run Completed, everything still there. */
export async function rehearsed(config: ConfigInput): Promise<Rehearsed> {
  const reporter = new RecordingReporter();
  const height = Promise.withResolvers<RehearsalUp>();
  const release = Promise.withResolvers<void>();
  let lastLook: (() => Promise<void>) | undefined;
  const running = rehearse(
    {
      config: resolveConfig(config),
      whileUp: async (up) => {
        height.resolve(up);
        await release.promise;
      },
      whenRemoved: async () => lastLook?.(),
    },
    reporter,
  );
  running.catch(height.reject);
  return {
    ...(await height.promise),
    reporter,
    finish: (whenRemoved) => {
      lastLook = whenRemoved;
      release.resolve();
      return running;
    },
  };
}
