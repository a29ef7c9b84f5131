import { PassThrough } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { stripVTControlCharacters } from "node:util";
import type { Terminal } from "#cli/surroundings.ts";

export const ENTER = "\r";
export const DOWN = "\x1b[B";
export const CTRL_C = "\x03";

const PATIENCE_MS = 10_000;

export interface Typist {
  readonly terminal: Terminal;
  /** Types `keys` when `question` has been asked. */
  answer(question: string, keys: string): Promise<void>;
  /** All that was shown. */
  shown(): string;
}

/** A person at a terminal, who reads what is asked and types. */
export function typist(): Typist {
  const input = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => input });
  const output = Object.assign(new PassThrough(), { isTTY: true, columns: 120, rows: 40 });
  let text = "";
  let read = 0;
  output.on("data", (chunk) => {
    text += stripVTControlCharacters(String(chunk));
  });
  return {
    terminal: { input, output } as unknown as Terminal,
    async answer(question, keys) {
      const until = performance.now() + PATIENCE_MS;
      while (text.indexOf(question, read) < 0) {
        if (performance.now() > until) throw new Error(`"${question}" was not asked. Shown so far:\n${text}`);
        await sleep(10);
      }
      read = text.indexOf(question, read) + question.length;
      // The prompt listens once it is drawn.
      await sleep(30);
      input.write(keys);
    },
    shown: () => text,
  };
}
