import { dirname, join } from "node:path";
import getPort from "get-port";
import { stockTemplate } from "#prefect/job-template.ts";
import { type PrefectServer, startPrefectServer } from "#rehearsal/prefect-server.ts";
import { silentReporter } from "#reporter";
import { deployHeldFlow } from "./held-flow.ts";
import { serverEnvironment } from "./prefect-environments.ts";
import { openStage } from "./stage.ts";
import { createSupervisedService } from "./supervised-service.ts";

export interface SupervisedStageOptions {
  readonly version: 2 | 3;
  /** Settings of the worker's Prefect. */
  readonly settings: Readonly<Record<string, string>>;
  /** @default 120 */
  readonly stopTimeoutSeconds?: number;
}

export const POOL = "inside";

/** A stage with a process pool, a flow whose runs stay until they are let go, and a service of one supervised worker for it. */
export async function openSupervisedStage({
  version,
  settings,
  stopTimeoutSeconds = 120,
}: SupervisedStageOptions) {
  const stage = await openStage({ version, config: "none", authorize: true });
  const { prefect } = stage;
  const { door, apiKey } = stage.cloud;
  const baseJobTemplate = stockTemplate(version, "process");
  await prefect.createWorkPool({ name: POOL, type: "process", baseJobTemplate });
  const flow = await deployHeldFlow(prefect, POOL, join(stage.dir, "flows"));
  const service = await createSupervisedService(stage, "supervised", {
    workPool: POOL,
    slots: 2,
    stopTimeoutSeconds,
    environment: {
      ...door.env,
      PREFECT_API_URL: door.workspaceUrl,
      PREFECT_API_KEY: apiKey,
      PREFECT_WORKER_WEBSERVER_HOST: "127.0.0.1",
      PREFECT_WORKER_WEBSERVER_PORT: String(await getPort({ host: "127.0.0.1" })),
      DO_NOT_TRACK: "1",
      ...settings,
    },
  });
  let second: PrefectServer | undefined;
  return {
    stage,
    flow,
    service,
    /** The worker's row in Prefect. */
    async rowOf(taskArn: string) {
      const name = `supervised-${taskArn.split("/").at(-1)}`;
      return (await prefect.listWorkers(POOL)).find((row) => row.name === name);
    },
    stopPrefect: () => stage.server.stop(),
    async startPrefectAgain() {
      const { port, logFile } = stage.server;
      const python = await serverEnvironment(version);
      second = await startPrefectServer({
        python,
        version,
        port,
        dir: dirname(logFile),
        reporter: silentReporter,
      });
    },
    async close() {
      await stage.close();
      await second?.stop();
    },
  };
}
