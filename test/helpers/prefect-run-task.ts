import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { packagePath } from "#package";
import type { BaseJobTemplate, JsonObject } from "#prefect/job-template.ts";
import { workerEnvironment } from "./prefect-environments.ts";

/** What a worker sends to ECS for one flow run. */
export interface SentToEcs {
  /** RegisterTaskDefinition */
  readonly definition: JsonObject;
  /** RunTask */
  readonly request: {
    readonly overrides: {
      readonly containerOverrides: readonly {
        readonly environment: readonly { name: string; value: string }[];
      }[];
    };
  };
}

export interface RunTaskOracle {
  /** One answer for each set of job variables, as a deployment or a run would bring them. */
  ask(template: BaseJobTemplate, ...jobVariables: JsonObject[]): Promise<SentToEcs[]>;
  stop(): void;
}

/** A real worker's own classes, in a worker's environment, asked what they would send. They import once: it takes seconds. */
export async function runTaskOracle(version: 2 | 3, home: string, apiKey: string): Promise<RunTaskOracle> {
  const { python } = await workerEnvironment(version);
  const child = spawn(python, [packagePath("test", "helpers", "prefect-run-task.py")], {
    stdio: ["pipe", "pipe", "inherit"],
    env: {
      PATH: "/usr/bin:/bin",
      PREFECT_HOME: home,
      PREFECT_API_URL: "http://127.0.0.1:1/api",
      PREFECT_API_KEY: apiKey,
      AWS_DEFAULT_REGION: "us-east-1",
      DO_NOT_TRACK: "1",
    },
  });
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    ask: async (template, ...cases) => {
      child.stdin.write(`${JSON.stringify({ template, cases })}\n`);
      const { value, done } = await answers.next();
      if (done) throw new Error("The worker's classes refused; see their traceback above.");
      return JSON.parse(value) as SentToEcs[];
    },
    stop: () => child.stdin.end(),
  };
}

/** The environment that the run's container is given in RunTask. */
export const overriddenEnvironment = ({ request }: SentToEcs): Record<string, string> =>
  Object.fromEntries(
    request.overrides.containerOverrides[0]!.environment.map(({ name, value }) => [name, value]),
  );
