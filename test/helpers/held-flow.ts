import { mkdir, readdir, writeFile } from "node:fs/promises";
import path from "node:path";
import type { PrefectClient } from "#prefect/client.ts";

/** A flow that says when it is there, and stays until it may go. */
const HELD = `
import pathlib, time
from prefect import flow

@flow
def held(folder: str):
    place = pathlib.Path(folder)
    (place / "started").touch()
    while not (place / "let-go").exists():
        time.sleep(0.1)
    (place / "ended").touch()
`;

export interface HeldFlow {
  readonly deploymentId: string;
  /** Starts a run, which holds on until it is let go. */
  run(options?: { readonly dueInSeconds?: number }): Promise<HeldRun>;
  /** Lets every run go, whatever a test left. */
  letGoOfAll(): Promise<void>;
}

export interface HeldRun {
  readonly id: string;
  readonly expectedStart: Date | undefined;
  has(what: "started" | "ended"): Promise<boolean>;
  letGo(): Promise<void>;
  state(): Promise<string | undefined>;
}

/** Registers the flow below `dir`, whose runs touch files there. */
export async function deployHeldFlow(
  prefect: PrefectClient,
  workPool: string,
  dir: string,
): Promise<HeldFlow> {
  await mkdir(dir, { recursive: true });
  await writeFile(path.join(dir, "held.py"), HELD);
  const { id: flowId } = await prefect.createFlow("held");
  const { id: deploymentId } = await prefect.createDeployment({
    name: "held",
    flowId,
    workPool,
    entrypoint: "held.py:held",
    pullSteps: [{ "prefect.deployments.steps.set_working_directory": { directory: dir } }],
    jobVariables: {},
  });
  const folders: string[] = [];
  const letGo = (folder: string) => writeFile(path.join(folder, "let-go"), "");
  return {
    letGoOfAll: async () => {
      await Promise.all(folders.map(letGo));
    },
    deploymentId,
    async run({ dueInSeconds } = {}) {
      const folder = path.join(dir, `run-${folders.length + 1}`);
      folders.push(folder);
      await mkdir(folder);
      const due =
        dueInSeconds === undefined ? {} : { scheduledTime: new Date(Date.now() + dueInSeconds * 1000) };
      const { id, expectedStart } = await prefect.createFlowRun(deploymentId, {
        parameters: { folder },
        ...due,
      });
      return {
        id,
        expectedStart,
        has: async (what) => (await readdir(folder)).includes(what),
        letGo: () => letGo(folder),
        state: async () => (await prefect.readFlowRun(id))?.state.name,
      };
    },
  };
}
