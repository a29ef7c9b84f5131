import { unlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PrefectFargateError } from "#errors";

const NO_SPACE = new Set(["ENOSPC", "EDQUOT", "EFBIG"]);
const NOT_WRITABLE = new Set(["EACCES", "EPERM", "EROFS"]);

/**
 * More than any state or plan of ours. When a disk fills up in the middle of writing the state, Terraform leaves
 * half a state behind, so room is made sure of before anything is created.
 */
const ROOM_BYTES = 4 * 1024 * 1024;

/**
 * Makes a write beyond `ulimit -f` an error instead of the end of this process. Node ignores SIGXFSZ by itself, but
 * forgets to once any listener for it has come and gone, as those of process libraries do.
 */
export function surviveFileSizeLimit(): void {
  if (process.platform !== "win32" && !process.listeners("SIGXFSZ").includes(ignore))
    process.on("SIGXFSZ", ignore);
}

const ignore = (): void => {};

/** Says in a sentence what kept us from writing in a folder. */
export function fileProblem(error: unknown, dir: string): PrefectFargateError {
  const code = (error as NodeJS.ErrnoException | undefined)?.code ?? "";
  if (NO_SPACE.has(code)) return noSpace(dir, error);
  if (NOT_WRITABLE.has(code)) return notWritable(dir, error);
  return new PrefectFargateError("FILE_PROBLEM", `Cannot write in ${dir}: ${(error as Error).message}.`, {
    source: "environment",
    cause: error,
    hint: `Look at \`ls -ld ${dir}\`.`,
  });
}

export function noSpace(dir: string, cause?: unknown, details: readonly string[] = []): PrefectFargateError {
  return new PrefectFargateError(
    "NO_SPACE",
    `There is no room left to write in ${dir} (full disk, quota, or file size limit).`,
    {
      source: "environment",
      cause,
      details,
      hint: `Look at \`df -h ${dir}\` and \`ulimit -f\`, make room, and run this again.`,
    },
  );
}

export function notWritable(
  dir: string,
  cause?: unknown,
  details: readonly string[] = [],
): PrefectFargateError {
  return new PrefectFargateError("FOLDER_NOT_WRITABLE", `Files in ${dir} cannot be written.`, {
    source: "environment",
    cause,
    details,
    hint: `Look at \`ls -la ${dir}\`, and give yourself the right to write there.`,
  });
}

/**
 * Makes sure that a state can be written in `dir`, by writing as much.
 *
 * @throws NO_SPACE, FOLDER_NOT_WRITABLE
 */
export function ensureRoom(dir: string): void {
  const probe = join(dir, `room-${process.pid}`);
  try {
    writeFileSync(probe, Buffer.alloc(ROOM_BYTES), { mode: 0o600 });
  } catch (error) {
    throw fileProblem(error, dir);
  } finally {
    try {
      unlinkSync(probe);
    } catch {
      // It was never made.
    }
  }
}
