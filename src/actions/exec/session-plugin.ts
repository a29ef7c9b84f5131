import { execFile } from "node:child_process";
import { promisify } from "node:util";
import semver from "semver";
import { PrefectFargateError } from "#errors";

const PROGRAM = "session-manager-plugin";
const INSTALL =
  "https://docs.aws.amazon.com/systems-manager/latest/userguide/session-manager-working-with-install-plugin.html";
/**
 * From here on the session's token comes in this variable; before, it stood on the command line, where everybody on the
 * machine could read it. https://github.com/aws/session-manager-plugin/blob/mainline/RELEASENOTES.md
 */
const TOKEN_VARIABLE = "AWS_SSM_START_SESSION_RESPONSE";
const TOKEN_BY_VARIABLE_FROM = "1.2.497";

/** The session that ECS opened: as good as a key to the container until it is used. */
export interface ShellSession {
  readonly sessionId: string;
  readonly streamUrl: string;
  readonly tokenValue: string;
}

/** A program to be run with the terminal in its hands. */
export interface PluginCommand {
  readonly program: string;
  readonly args: readonly string[];
  /** Beside the shell's own environment. */
  readonly env: Readonly<Record<string, string>>;
}

/**
 * Makes sure that AWS's plugin is there, which speaks the protocol of the session.
 * @throws EXEC_PLUGIN_MISSING, EXEC_PLUGIN_TOO_OLD
 */
export async function requireSessionPlugin(env: Readonly<NodeJS.ProcessEnv>): Promise<void> {
  const { stdout } = await promisify(execFile)(PROGRAM, ["--version"], { env: { ...env } }).catch(
    (cause: unknown) => {
      throw new PrefectFargateError(
        "EXEC_PLUGIN_MISSING",
        `${PROGRAM}, with which AWS opens shells in containers, is not installed, or not on the PATH.`,
        { source: "environment", cause, hint: `Install it: ${INSTALL}` },
      );
    },
  );
  // Four numbers, as in 1.2.707.0.
  const version = semver.coerce(stdout.trim());
  if (version && semver.gte(version, TOKEN_BY_VARIABLE_FROM)) return;
  throw new PrefectFargateError(
    "EXEC_PLUGIN_TOO_OLD",
    `${PROGRAM} ${stdout.trim()} takes the session's token on its command line, where others can read it.`,
    { source: "environment", hint: `Install ${TOKEN_BY_VARIABLE_FROM} or later: ${INSTALL}` },
  );
}

/** What `aws ecs execute-command` runs, with the token in the environment instead of among the arguments. */
export function pluginCommand(
  session: ShellSession,
  { target, region, endpoint }: { target: string; region: string; endpoint: string },
): PluginCommand {
  const response = {
    SessionId: session.sessionId,
    StreamUrl: session.streamUrl,
    TokenValue: session.tokenValue,
  };
  const noProfile = "";
  const request = JSON.stringify({ Target: target });
  return {
    program: PROGRAM,
    args: [TOKEN_VARIABLE, region, "StartSession", noProfile, request, endpoint],
    env: { [TOKEN_VARIABLE]: JSON.stringify(response) },
  };
}
