import { PrefectFargateError } from "#errors";

/** What the file system said against reading a config, as people read it. */
export function unreadableConfig(file: string, cause: NodeJS.ErrnoException): PrefectFargateError {
  const refused = cause.code === "EACCES" || cause.code === "EPERM";
  return new PrefectFargateError(
    "CONFIG_UNREADABLE",
    `${file} cannot be read: ${refused ? "this user may not" : cause.code}.`,
    {
      cause,
      hint: refused ? `Give yourself the right to: chmod u+r ${file}` : `See what it is: ls -l ${file}`,
    },
  );
}
