import { styleText } from "node:util";
import { canRedraw, type TextStream, wantsColour } from "./surroundings.ts";

type Format = Parameters<typeof styleText>[0];

/** What of stdout a handler may know: never more than an ornament, as the same lines must do in a pipe. */
export interface Display {
  /** The text in a colour where there are colours. */
  paint(format: Format, text: string): string;
  /** Whether a screenful may take the place of the one before. */
  readonly redraws: boolean;
  /** Empties the screen, where it redraws; elsewhere nothing. */
  clear(): void;
}

/** Home, then erase everything below and the scrollback's last screen: what `clear` and `watch` send. */
const HOME_AND_ERASE = "\u001b[H\u001b[2J";

export function createDisplay({
  stream,
  env,
}: {
  stream: TextStream;
  env: Readonly<NodeJS.ProcessEnv>;
}): Display {
  const colour = wantsColour(stream, env);
  const redraws = canRedraw(stream, env);
  return {
    paint: (format, text) => (colour ? styleText(format, text, { validateStream: false }) : text),
    redraws,
    clear: () => void (redraws && stream.write(HOME_AND_ERASE)),
  };
}
