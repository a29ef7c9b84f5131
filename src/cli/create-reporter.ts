import { createLiveView } from "./live-view.ts";
import { createPlainView } from "./plain-view.ts";
import { createStageReporter } from "./stage-tree.ts";
import { canRedraw, type TextStream, wantsColour } from "./surroundings.ts";

export interface CreateReporterOptions {
  readonly stream: TextStream;
  readonly env: Readonly<NodeJS.ProcessEnv>;
}

/** Live lines at a terminal, plain ones everywhere else. Close it before anything else is written to the stream. */
export const createReporter = ({ stream, env }: CreateReporterOptions) =>
  createStageReporter(
    canRedraw(stream, env)
      ? createLiveView({ stream, colour: wantsColour(stream, env) })
      : createPlainView(stream),
  );
