import { stripVTControlCharacters, styleText } from "node:util";
import { type Outcome, type StageNode, type StageView, showSeconds } from "./stage-tree.ts";
import type { TextStream } from "./surroundings.ts";

const FRAMES = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];
const FRAME_MS = 80;
const SIGNS: Readonly<Record<Outcome, readonly [sign: string, colour: "green" | "red" | "yellow"]>> = {
  done: ["✔", "green"],
  failed: ["✖", "red"],
  stopped: ["■", "yellow"],
};

const HIDE_CURSOR = "\x1b[?25l";
const SHOW_CURSOR = "\x1b[?25h";
/** Up by so many lines, to the first column, and everything below is cleared. */
const clearLines = (amount: number): string => (amount > 0 ? `\x1b[${amount}A\r\x1b[J` : "");

export interface LiveViewOptions {
  readonly stream: TextStream;
  readonly colour: boolean;
  readonly now?: () => number;
}

/** Progress as lines that change in place: what goes on below, what is over above. */
export function createLiveView({
  stream,
  colour,
  now = () => performance.now(),
}: LiveViewOptions): StageView {
  const running: StageNode[] = [];
  let drawnLines = 0;
  let frame = 0;
  let timer: NodeJS.Timeout | undefined;
  let closed = false;

  const paint = (format: Parameters<typeof styleText>[0], text: string): string =>
    colour ? styleText(format, text, { validateStream: false }) : text;

  function draw(permanent: readonly string[] = []): void {
    const live = running.flatMap(linesOf).map(fitted);
    const text = [...permanent, ...live].map((line) => `${line}\n`).join("");
    stream.write(clearLines(drawnLines) + text);
    drawnLines = live.length;
  }

  function linesOf(stage: StageNode): string[] {
    const indent = "  ".repeat(stage.depth);
    const time = paint("dim", showSeconds((stage.endedMs ?? now()) - stage.startedMs));
    const [sign, signColour] = stage.outcome
      ? SIGNS[stage.outcome]
      : [FRAMES[frame % FRAMES.length]!, "cyan" as const];
    const detail = stage.detail && stage.outcome !== "done" ? paint("dim", ` ${stage.detail}`) : "";
    return [
      `${indent}${paint(signColour, sign)} ${stage.title} ${time}${detail}`,
      ...stage.children.flatMap(linesOf),
    ];
  }

  /** A line that wraps would not be cleared as one. */
  function fitted(line: string): string {
    const width = (stream.columns ?? 80) - 1;
    const text = stripVTControlCharacters(line);
    return text.length <= width ? line : `${text.slice(0, width - 1)}…`;
  }

  function rest(): void {
    clearInterval(timer);
    timer = undefined;
    stream.write(SHOW_CURSOR);
  }

  return {
    started(stage) {
      if (closed) return;
      if (stage.depth === 0) running.push(stage);
      if (timer === undefined) {
        stream.write(HIDE_CURSOR);
        timer = setInterval(() => {
          frame++;
          draw();
        }, FRAME_MS);
        timer.unref();
      }
      draw();
    },
    updated: () => {},
    ended(stage) {
      if (closed || stage.depth > 0) return;
      running.splice(running.indexOf(stage), 1);
      draw(linesOf(stage));
      if (running.length === 0) rest();
    },
    said(kind, sentence) {
      if (closed) return;
      draw([kind === "warning" ? `${paint("yellow", "!")} ${sentence}` : `${paint("dim", "·")} ${sentence}`]);
    },
    close() {
      if (closed) return;
      closed = true;
      if (timer === undefined) return;
      draw(running.splice(0).flatMap(linesOf));
      rest();
    },
  };
}
