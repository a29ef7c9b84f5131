import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import getPort from "get-port";
import { expect } from "vitest";
import { packagePath } from "#package";
import type { Stage } from "./stage.ts";
import { createTranscript } from "./transcript.ts";

export const FIRST_HOUR_PAGE = packagePath("docs", "first-hour.md");

const INTRODUCTION = `<!-- Written by test/integration/first-hour.test.ts, which types these commands: npx vitest run first-hour -u -->

From an empty folder to a worker that is ONLINE, and back. A test types this page with the real program, and fails where what is
printed is no longer what stands here. It does so where AWS is emulated and all else is real: Terraform, the AWS provider, Prefect,
its worker and its flow runs. Progress, which goes to stderr, is left out; ids and times are made up.`;

export interface Typed {
  readonly heading: string;
  /** What one should know before it, as a paragraph. */
  readonly says: string;
  readonly argv: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Typed before it, as `export …`. */
  readonly before?: string;
  /** @default 0 */
  readonly status?: number;
}

/** Types what a new user types, and keeps what came of it. */
export interface FirstHour {
  /** Runs a command in a process of its own, as a shell does; what it printed. */
  type(typed: Typed): Promise<string>;
  page(): string;
}

export function firstHour(stage: Stage): FirstHour {
  const transcript = createTranscript();
  return {
    async type({ heading, says, argv, env = {}, before, status = 0 }) {
      const run = await stage.start(argv, { env }).ended;
      expect(run.status, `${argv.join(" ")}\n${run.stderr}${run.stdout}`).toBe(status);
      transcript.add({ heading, says, argv, stdout: run.stdout, status, ...(before ? { before } : {}) });
      return run.stdout;
    },
    page: () => `${transcript.page("The first hour", INTRODUCTION)}\n`,
  };
}

/** Workers of an emulated Fargate share this machine's network, and find the emulated Prefect Cloud by its address. */
export async function fitToThisMachine({ dir, cloud }: Stage): Promise<void> {
  const file = join(dir, "prefect-fargate.config.ts");
  const environment = JSON.stringify({
    ...cloud.door.env,
    PREFECT_WORKER_QUERY_SECONDS: "1",
    PREFECT_WORKER_WEBSERVER_HOST: "127.0.0.1",
    PREFECT_WORKER_WEBSERVER_PORT: String(await getPort({ host: "127.0.0.1" })),
  });
  const text = await readFile(file, "utf8");
  const fitted = text.replace(
    '"dev-worker": {',
    `"dev-worker": { exec: true, stopTimeoutSeconds: 5, environment: ${environment},`,
  );
  expect(fitted).not.toBe(text);
  await writeFile(file, fitted);
}
