import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { pluginCommand, requireSessionPlugin } from "./session-plugin.ts";

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "prefect-fargate-plugin-"));
});
afterAll(() => rm(dir, { recursive: true }));

/** A PATH on which the plugin says that version. */
async function pathWith(version: string): Promise<{ PATH: string }> {
  const folder = await mkdtemp(join(dir, "bin-"));
  const program = join(folder, "session-manager-plugin");
  await writeFile(program, `#!/bin/sh\necho ${version}\n`);
  await chmod(program, 0o755);
  return { PATH: `${folder}:/usr/bin:/bin` };
}

describe("the plugin", () => {
  test("of today is taken", async () => {
    await expect(requireSessionPlugin(await pathWith("1.2.707.0"))).resolves.toBeUndefined();
  });

  test("that would need the token among its arguments is refused", async () => {
    await expect(requireSessionPlugin(await pathWith("1.2.463.0"))).rejects.toMatchObject({
      code: "EXEC_PLUGIN_TOO_OLD",
      hint: expect.stringContaining("1.2.497"),
    });
  });

  test("that is not installed is explained, with where to get it", async () => {
    await expect(requireSessionPlugin({ PATH: dir })).rejects.toMatchObject({
      code: "EXEC_PLUGIN_MISSING",
      hint: expect.stringContaining("session-manager-working-with-install-plugin"),
    });
  });
});

test("is run as aws ecs execute-command runs it, with the token in the environment and nowhere else", () => {
  const session = { sessionId: "s-1", streamUrl: "wss://stream", tokenValue: "secret-token" };
  const { args, env } = pluginCommand(session, {
    target: "ecs:prefect-cluster_abc_abc-123",
    region: "eu-west-1",
    endpoint: "https://ssm.eu-west-1.amazonaws.com",
  });
  expect(args).toEqual([
    "AWS_SSM_START_SESSION_RESPONSE",
    "eu-west-1",
    "StartSession",
    "",
    '{"Target":"ecs:prefect-cluster_abc_abc-123"}',
    "https://ssm.eu-west-1.amazonaws.com",
  ]);
  expect(args.join(" ")).not.toContain("secret-token");
  expect(JSON.parse(env.AWS_SSM_START_SESSION_RESPONSE!)).toEqual({
    SessionId: "s-1",
    StreamUrl: "wss://stream",
    TokenValue: "secret-token",
  });
});
