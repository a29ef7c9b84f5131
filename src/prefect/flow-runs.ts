import { randomUUID } from "node:crypto";
import type { components as Schemas2 } from "./api-2.ts";
import type { paths as Paths3, components as Schemas3 } from "./api-3.ts";
import type { Connection } from "./connection.ts";
import type { JsonObject } from "./job-template.ts";
import { allPages } from "./pages.ts";

type RunAnswer = Schemas2["schemas"]["FlowRunResponse"] | Schemas3["schemas"]["FlowRunResponse"];
type LogAnswer = Schemas2["schemas"]["Log"] | Schemas3["schemas"]["Log"];
type CountBody = NonNullable<
  Paths3["/flow_runs/count"]["post"]["requestBody"]
>["content"]["application/json"];

export type StateType = Schemas3["schemas"]["StateType"];

interface FlowRunState {
  readonly type: StateType;
  /** Finer than the type: SCHEDULED runs may be `Scheduled`, `Late`, `AwaitingRetry` … */
  readonly name: string;
  readonly message: string | undefined;
  readonly timestamp: Date | undefined;
}

export interface FlowRun {
  readonly id: string;
  readonly name: string;
  readonly flowId: string;
  readonly deploymentId: string | undefined;
  readonly workPool: string | undefined;
  readonly workQueue: string | undefined;
  readonly state: FlowRunState;
  /** What the worker noted about the infrastructure: `cluster::task ARN` on ECS. */
  readonly infrastructurePid: string | undefined;
  /** The worker that took it, which Prefect 3 notes. */
  readonly workerName: string | undefined;
  readonly expectedStart: Date | undefined;
  readonly start: Date | undefined;
  readonly end: Date | undefined;
  readonly runCount: number;
  /** This run's own settings of the pool's variables, on top of its deployment's. */
  readonly jobVariables: JsonObject;
  readonly tags: readonly string[];
}

export interface FlowRunLog {
  readonly id: string;
  /** As Python's: 10 debug, 20 info, 30 warning, 40 error, 50 critical. */
  readonly level: number;
  readonly logger: string;
  readonly message: string;
  readonly timestamp: Date;
}

export interface NewFlowRun {
  readonly name?: string;
  readonly parameters?: JsonObject;
  readonly tags?: readonly string[];
  readonly jobVariables?: JsonObject;
  /** @default now */
  readonly scheduledTime?: Date;
}

/** Which flow runs; everything given must hold. */
export interface FlowRunsWanted {
  readonly workPool?: string;
  readonly workQueue?: string;
  readonly deploymentId?: string;
  readonly stateTypes?: readonly StateType[];
  readonly stateNames?: readonly string[];
  /** Names are given by Prefect and need not be unique. */
  readonly name?: string;
  /** Only runs that were due before. */
  readonly expectedBefore?: Date;
}

export function flowRunCalls({ api, answer, answerIfThere }: Connection) {
  /** Starts a run. Asked again after a lost answer, Prefect gives the same run by its idempotency key. */
  async function createFlowRun(deploymentId: string, wanted: NewFlowRun = {}): Promise<FlowRun> {
    const scheduled = wanted.scheduledTime?.toISOString();
    const body = {
      name: wanted.name,
      parameters: { ...wanted.parameters },
      tags: [...(wanted.tags ?? [])],
      job_variables: wanted.jobVariables && { ...wanted.jobVariables },
      idempotency_key: randomUUID(),
      state: { type: "SCHEDULED" as const, state_details: { scheduled_time: scheduled } },
    } satisfies Schemas2["schemas"]["DeploymentFlowRunCreate"] &
      Schemas3["schemas"]["DeploymentFlowRunCreate"];
    const call = api.POST("/deployments/{id}/create_flow_run", {
      params: { path: { id: deploymentId } },
      body,
    });
    return toFlowRun(await answer(call, `starting a run of deployment ${deploymentId}`));
  }

  async function readFlowRun(id: string): Promise<FlowRun | undefined> {
    const call = api.GET("/flow_runs/{id}", { params: { path: { id } } });
    const run = await answerIfThere(call, `reading the flow run ${id}`);
    return run && toFlowRun(run);
  }

  /** The newest first. */
  async function listFlowRuns(wanted: FlowRunsWanted, limit = 20): Promise<FlowRun[]> {
    const body = { ...toFilter(wanted), sort: "EXPECTED_START_TIME_DESC" as const, limit, offset: 0 };
    const runs = await answer(api.POST("/flow_runs/filter", { body }), "listing flow runs");
    return runs.map(toFlowRun);
  }

  /** Cheap: the answer is one number. Unlike asking for scheduled runs it does not mark queues as polled. */
  async function countFlowRuns(wanted: FlowRunsWanted): Promise<number> {
    return answer(api.POST("/flow_runs/count", { body: toFilter(wanted) }), "counting flow runs");
  }

  /** In the order of their timestamps; `after` leaves out what is older. */
  async function flowRunLogs(id: string, options: { after?: Date } = {}): Promise<FlowRunLog[]> {
    const after = options.after && { timestamp: { after_: options.after.toISOString() } };
    const logs = { flow_run_id: { any_: [id] }, ...after };
    const rows = await allPages((page) =>
      answer(
        api.POST("/logs/filter", { body: { ...page, sort: "TIMESTAMP_ASC", logs } }),
        `reading the logs of flow run ${id}`,
      ),
    );
    return rows.map(toLog);
  }

  /** True when Prefect accepted it; `force` skips the rules of orchestration. */
  async function setFlowRunState(
    id: string,
    state: { type: StateType; name?: string; message?: string },
    options: { force?: boolean } = {},
  ): Promise<boolean> {
    const call = api.POST("/flow_runs/{id}/set_state", {
      params: { path: { id } },
      body: { state, force: options.force ?? false },
    });
    const { status } = await answer(call, `setting flow run ${id} to ${state.name ?? state.type}`);
    return status === "ACCEPT";
  }

  async function deleteFlowRun(id: string): Promise<void> {
    const call = api.DELETE("/flow_runs/{id}", { params: { path: { id } } });
    await answerIfThere(call, `deleting the flow run ${id}`);
  }

  return {
    createFlowRun,
    readFlowRun,
    listFlowRuns,
    countFlowRuns,
    flowRunLogs,
    setFlowRunState,
    deleteFlowRun,
  };
}

function toFilter(wanted: FlowRunsWanted): CountBody {
  const { workPool, workQueue, deploymentId, stateTypes, stateNames, name, expectedBefore } = wanted;
  const state = {
    ...(stateTypes && { type: { any_: [...stateTypes] } }),
    ...(stateNames && { name: { any_: [...stateNames] } }),
  };
  const flowRuns = {
    ...(deploymentId && { deployment_id: { any_: [deploymentId] } }),
    ...(Object.keys(state).length > 0 && { state }),
    ...(name && { name: { any_: [name] } }),
    ...(expectedBefore && { expected_start_time: { before_: expectedBefore.toISOString() } }),
  };
  return {
    ...(Object.keys(flowRuns).length > 0 && { flow_runs: flowRuns }),
    ...(workPool && { work_pools: { name: { any_: [workPool] } } }),
    ...(workQueue && { work_pool_queues: { name: { any_: [workQueue] } } }),
  };
}

function toFlowRun(run: RunAnswer): FlowRun {
  const type = run.state_type ?? run.state?.type ?? "SCHEDULED";
  return {
    id: run.id ?? "",
    name: run.name ?? "",
    flowId: run.flow_id,
    deploymentId: run.deployment_id ?? undefined,
    workPool: run.work_pool_name ?? undefined,
    workQueue: run.work_queue_name ?? undefined,
    state: {
      type,
      name: run.state_name ?? run.state?.name ?? type,
      message: run.state?.message ?? undefined,
      timestamp: toDate(run.state?.timestamp),
    },
    infrastructurePid: run.infrastructure_pid ?? undefined,
    workerName: workerNameOf(run),
    expectedStart: toDate(run.expected_start_time),
    start: toDate(run.start_time),
    end: toDate(run.end_time),
    runCount: run.run_count ?? 0,
    jobVariables: (run.job_variables ?? {}) as JsonObject,
    tags: run.tags ?? [],
  };
}

function workerNameOf(run: RunAnswer): string | undefined {
  const name = "labels" in run ? run.labels?.["prefect.worker.name"] : undefined;
  return typeof name === "string" ? name : undefined;
}

const toDate = (text: string | null | undefined): Date | undefined => (text ? new Date(text) : undefined);

function toLog(log: LogAnswer): FlowRunLog {
  const { level, message } = log;
  return { id: log.id ?? "", level, logger: log.name, message, timestamp: new Date(log.timestamp) };
}
