import { execa } from "execa";
import type { FlowSource } from "./first-flow.ts";

const TIMEOUT_MS = 5_000;
/** `git@github.com:acme/flows.git`, as Git's own shorthand for SSH writes it. */
const SSH_SHORTHAND = /^(?:[^@/\s]+@)([^:/\s]+):(?!\/\/)(.+)$/;

/** The repository and branch that a project is kept in; undefined where it has no remote, or Git is not installed. */
export async function flowSource(
  cwd: string,
  env: Readonly<NodeJS.ProcessEnv>,
): Promise<FlowSource | undefined> {
  const git = async (...args: string[]): Promise<string> => {
    const result = await execa("git", args, {
      cwd,
      env: { ...env, GIT_TERMINAL_PROMPT: "0" },
      extendEnv: false,
      reject: false,
      timeout: TIMEOUT_MS,
      stdin: "ignore",
    });
    return result.failed ? "" : result.stdout.trim();
  };
  const [remote, branch] = await Promise.all([
    git("remote", "get-url", "origin"),
    git("branch", "--show-current"),
  ]);
  return remote === "" ? undefined : { repository: cloneAddress(remote), branch: branch || "main" };
}

/** A task has no SSH key, and a password in a remote's address must not get into a file. */
export function cloneAddress(remote: string): string {
  const [, host, path] = SSH_SHORTHAND.exec(remote) ?? [];
  if (host !== undefined) return `https://${host}/${path}`;
  if (!URL.canParse(remote)) return remote;
  const url = new URL(remote);
  if (url.protocol === "ssh:") return `https://${url.hostname}${url.pathname}`;
  url.username = "";
  url.password = "";
  return url.href;
}
