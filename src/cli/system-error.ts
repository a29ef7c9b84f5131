import { PrefectFargateError } from "#errors";

/** What the operating system refuses, by the codes of https://nodejs.org/api/errors.html#common-system-errors */
const REFUSALS: Readonly<Record<string, readonly [code: string, what: string, hint: string]>> = {
  EACCES: [
    "NO_PERMISSION",
    "may not be used by this user",
    "Give yourself access to it, or choose another folder",
  ],
  EPERM: [
    "NO_PERMISSION",
    "may not be changed by this user",
    "Give yourself access to it, or choose another folder",
  ],
  EROFS: ["NO_PERMISSION", "is on a read-only file system", "Choose a folder on another one"],
  ENOSPC: ["NO_SPACE", "cannot be written: the disk is full", "Free some space and run the command again"],
  EDQUOT: [
    "NO_SPACE",
    "cannot be written: your disk quota is used up",
    "Free some space and run the command again",
  ],
  EFBIG: [
    "NO_SPACE",
    "cannot be written: it would pass the size limit for files",
    "Raise the limit: ulimit -f unlimited",
  ],
  EMFILE: [
    "TOO_MANY_FILES",
    "cannot be opened: this process has too many files open",
    "Raise the limit: ulimit -n 4096",
  ],
  ENOTDIR: ["NOT_A_FOLDER", "cannot be reached: a part of its path is a file", "Choose another path"],
  EEXIST: ["EXISTS_ALREADY", "exists already and is of another kind", "Remove it, or choose another path"],
  EISDIR: ["IS_A_FOLDER", "is a folder, but a file is needed there", "Remove it, or choose another path"],
};

/** Says in a sentence what the operating system refused, if that is what happened. */
export function describeSystemError(error: unknown): PrefectFargateError | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code = "", path, syscall, dest } = error as NodeJS.ErrnoException & { readonly dest?: string };
  const refusal = REFUSALS[code];
  if (refusal === undefined || syscall === undefined) return undefined;
  const [ours, what, hint] = refusal;
  // Of a copy, what was read is rarely the trouble.
  const subject = dest ?? path ?? "A file";
  return new PrefectFargateError(ours, `${subject} ${what}.`, { hint, source: "environment", cause: error });
}
