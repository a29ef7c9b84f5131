import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** In the place of AWS's session-manager-plugin: writes down how it was called, and ends with 7. */
export async function recordingPlugin(bin: string) {
  const seen = join(bin, "seen.json");
  const plugin = join(bin, "session-manager-plugin");
  const record = `require("fs").writeFileSync(process.env.SEEN, JSON.stringify({ args: process.argv.slice(1), session: process.env.AWS_SSM_START_SESSION_RESPONSE }))`;
  await mkdir(bin, { recursive: true });
  await writeFile(
    plugin,
    `#!/bin/sh\n[ "$1" = --version ] && { echo 1.2.707.0; exit; }\n"${process.execPath}" -e '${record}' "$@"\nexit 7\n`,
  );
  await chmod(plugin, 0o755);
  return {
    /** Of the command that is to find it. */
    environment: (path: string) => ({ PATH: `${bin}:${path}`, SEEN: seen }),
    async seen(): Promise<{ args: string[]; session: string }> {
      return JSON.parse(await readFile(seen, "utf8"));
    },
  };
}
