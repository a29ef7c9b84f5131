import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { inflateRawSync } from "node:zlib";

/** The forms in which a key could be written down. */
export function formsOf(key: string): string[] {
  const bytes = Buffer.from(key);
  // Within a longer text, base64 starts at any of three offsets; the middle of it is the same each time.
  const shifted = [0, 1, 2].map((offset) =>
    Buffer.concat([Buffer.alloc(offset), bytes])
      .toString("base64")
      .slice(4, -4),
  );
  return [key, bytes.toString("hex"), ...shifted, key.split("").reverse().join("")];
}

/** Whether a text or the bytes of a file hold the key in any form, also inside a zip as a plan file is one. */
export function holdsKey(content: Buffer | string, key: string): boolean {
  const bytes = Buffer.isBuffer(content) ? content : Buffer.from(content);
  const forms = formsOf(key);
  return [bytes, ...unzipped(bytes)].some((part) => forms.some((form) => part.includes(form)));
}

/** Every file below `dir` that holds the key. */
export function filesWithKey(dir: string, key: string): string[] {
  return readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => statSync(file, { throwIfNoEntry: false }) && holdsKey(readFileSync(file), key));
}

/** Every process whose arguments hold the key. */
export function processesWithKey(key: string): string[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        return holdsKey(readFileSync(`/proc/${pid}/cmdline`), key);
      } catch {
        return false; // It has ended.
      }
    });
}

/** The members of a zip, read from their local headers. https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT 4.3.7 */
function unzipped(bytes: Buffer): Buffer[] {
  const members: Buffer[] = [];
  for (let at = bytes.indexOf("PK\x03\x04"); at >= 0; at = bytes.indexOf("PK\x03\x04", at + 4)) {
    const start = at + 30 + bytes.readUInt16LE(at + 26) + bytes.readUInt16LE(at + 28);
    try {
      members.push(inflateRawSync(bytes.subarray(start), { finishFlush: 2 }));
    } catch {
      // Stored without compression, or not a member after all: the bytes themselves are searched anyway.
    }
  }
  return members;
}
