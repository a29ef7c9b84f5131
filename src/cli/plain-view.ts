import { type StageNode, type StageView, showSeconds } from "./stage-tree.ts";
import type { TextStream } from "./surroundings.ts";

/** A log gets at most one line about the same stage in this time. */
const UPDATE_EVERY_MS = 10_000;

/** Progress as lines that a log can keep: seconds since the first stage began, what, how it ended. */
export function createPlainView(stream: TextStream, now: () => number = () => performance.now()): StageView {
  let beganMs: number | undefined;
  const updatedMs = new WeakMap<StageNode, number>();
  const line = (depth: number, text: string): void => {
    const seconds = beganMs === undefined ? "" : `${((now() - beganMs) / 1000).toFixed(1).padStart(6)}  `;
    stream.write(`${seconds}${"  ".repeat(depth)}${text}\n`);
  };
  return {
    started({ depth, title }) {
      beganMs ??= now();
      line(depth, `${title} …`);
    },
    updated(stage) {
      const last = updatedMs.get(stage) ?? stage.startedMs;
      if (now() - last < UPDATE_EVERY_MS) return;
      updatedMs.set(stage, now());
      line(stage.depth, `${stage.title}: ${stage.detail}`);
    },
    ended: (stage) =>
      line(
        stage.depth,
        `${stage.title}: ${stage.outcome} in ${showSeconds(stage.endedMs! - stage.startedMs)}`,
      ),
    said: (kind, sentence) => line(0, kind === "warning" ? `Warning: ${sentence}` : sentence),
    close: () => {},
  };
}
