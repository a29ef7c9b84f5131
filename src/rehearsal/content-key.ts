import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";

/** Raised when folders of the cache are built in another way, so that old ones are not taken for new. */
const LAYOUT = "1";

/** A short name for a cached folder, which changes with the content of the files and with the words it was made from. */
export async function contentKey(files: readonly string[], words: readonly string[]): Promise<string> {
  const hash = createHash("sha256").update(LAYOUT);
  for (const file of files) hash.update("\0").update(await readFile(file));
  for (const word of words) hash.update("\0").update(word);
  return hash.digest("hex").slice(0, 16);
}
