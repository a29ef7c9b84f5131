import { AsyncLocalStorage } from "node:async_hooks";
import { Cancelled } from "#errors";
import type { Reporter } from "#reporter";

export type Outcome = "done" | "failed" | "stopped";

/** A stage as a reporter draws it. */
export interface StageNode {
  readonly title: string;
  readonly depth: number;
  readonly parent: StageNode | undefined;
  readonly children: StageNode[];
  readonly startedMs: number;
  detail: string;
  /** Missing while it goes on. */
  outcome?: Outcome;
  endedMs?: number;
}

/** How stages, notes and warnings are shown. */
export interface StageView {
  started(stage: StageNode): void;
  updated(stage: StageNode): void;
  ended(stage: StageNode): void;
  said(kind: "note" | "warning", sentence: string): void;
  /** Leaves the terminal as it was found. Nothing is shown afterwards. */
  close(): void;
}

/** A reporter that knows which stage runs inside which, also when several run at the same time. */
export function createStageReporter(
  view: StageView,
  now: () => number = () => performance.now(),
): Reporter & { close(): void } {
  const current = new AsyncLocalStorage<StageNode>();
  return {
    async stage(title, work) {
      const parent = current.getStore();
      const stage: StageNode = {
        title,
        parent,
        depth: parent ? parent.depth + 1 : 0,
        children: [],
        startedMs: now(),
        detail: "",
      };
      parent?.children.push(stage);
      view.started(stage);
      const end = (outcome: Outcome): void => {
        stage.outcome = outcome;
        stage.endedMs = now();
        view.ended(stage);
      };
      try {
        const update = (detail: string): void => {
          if (stage.outcome !== undefined || stage.detail === detail) return;
          stage.detail = detail;
          view.updated(stage);
        };
        const result = await current.run(stage, () => work({ update }));
        end("done");
        return result;
      } catch (error) {
        end(isStop(error) ? "stopped" : "failed");
        throw error;
      }
    },
    note: (sentence) => view.said("note", sentence),
    warn: (sentence) => view.said("warning", sentence),
    close: () => view.close(),
  };
}

const isStop = (error: unknown): boolean =>
  error instanceof Cancelled || (error instanceof Error && error.name === "AbortError");

export const showSeconds = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(1)} s`;
