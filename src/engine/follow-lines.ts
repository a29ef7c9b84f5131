import { open } from "node:fs/promises";
import { StringDecoder } from "node:string_decoder";
import { setTimeout as sleep } from "node:timers/promises";

/** Shorter than anyone notices, longer than the machine does. */
const POLL_INTERVAL_MS = 40;
const CHUNK_BYTES = 64 * 1024;

/**
 * Gives the lines of a file that another process is still writing, until `ended` is settled; then it looks once more,
 * so nothing is missed. A last line without a line end counts as one.
 */
export async function* followLines(path: string, ended: Promise<unknown>): AsyncGenerator<string> {
  let hasEnded = false;
  const end = ended.finally(() => {
    hasEnded = true;
  });
  await using file = await open(path, "r");
  const decoder = new StringDecoder("utf8");
  const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
  let rest = "";
  for (;;) {
    const isLastLook = hasEnded;
    for (;;) {
      const { bytesRead } = await file.read(chunk, 0, CHUNK_BYTES);
      if (bytesRead === 0) break;
      const lines = (rest + decoder.write(chunk.subarray(0, bytesRead))).split("\n");
      rest = lines.pop() ?? "";
      yield* lines;
    }
    if (isLastLook) break;
    await Promise.race([sleep(POLL_INTERVAL_MS), end]);
  }
  rest += decoder.end();
  if (rest !== "") yield rest;
}
