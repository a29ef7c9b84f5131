import { resize } from "../../resize.ts";
import { scalingSettings } from "../../settings.ts";
import type { Policy } from "../policy.ts";

/** As Buildkite's scaler: as many workers as the waiting and running work needs now, every ten seconds. */
export function reactive(): Policy {
  return {
    name: "Lambda 10 s",
    supervised: true,
    everySeconds: 10,
    horizonSeconds: 0,
    start({ world, maxWorkers }) {
      const settings = scalingSettings({ workerType: "process", maxWorkers });
      return (look) => {
        const observation = look();
        if (!observation.apiAnswered) return undefined;
        const { queued, running } = observation.runs;
        const wanted = Math.min(
          maxWorkers,
          Math.ceil((queued.length + running.length) / world.slotsPerWorker),
        );
        const { desired, spare } = resize(observation, { wanted, mayShrink: true }, settings);
        return { desired, drain: spare.map((worker) => worker.id) };
      };
    },
  };
}
