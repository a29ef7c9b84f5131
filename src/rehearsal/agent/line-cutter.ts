import { StringDecoder } from "node:string_decoder";
import { MAX_EVENT_BYTES } from "./log-batches.ts";

/** Turns the chunks of one stream into lines. Characters cut by a chunk's end are put together again. */
export class LineCutter {
  readonly #decoder = new StringDecoder("utf8");
  #rest = "";

  /** The lines that this chunk completes. Text without a line break becomes a line when it fills a log event. */
  cut(chunk: Buffer): string[] {
    const lines = (this.#rest + this.#decoder.write(chunk)).split("\n");
    this.#rest = lines.pop() ?? "";
    if (this.#rest.length >= MAX_EVENT_BYTES) {
      lines.push(this.#rest);
      this.#rest = "";
    }
    return lines;
  }

  /** What was written after the last line break; empty when nothing was. */
  end(): string {
    const last = this.#rest + this.#decoder.end();
    this.#rest = "";
    return last;
  }
}
