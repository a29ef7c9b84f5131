import type { components as Schemas2 } from "./api-2.ts";
import type { components as Schemas3 } from "./api-3.ts";
import type { Connection } from "./connection.ts";
import type { JsonObject } from "./job-template.ts";
import { allPages } from "./pages.ts";

type Answer2 = Schemas2["schemas"]["DeploymentResponse"];
type Answer3 = Schemas3["schemas"]["DeploymentResponse"];
type Create2 = Schemas2["schemas"]["DeploymentCreate"];
type Create3 = Schemas3["schemas"]["DeploymentCreate"];

export interface Flow {
  readonly id: string;
  readonly name: string;
}

export interface NewDeployment {
  readonly name: string;
  readonly flowId: string;
  readonly workPool: string;
  readonly workQueue?: string;
  /** `file.py:function`, relative to `path` or to where the pull steps end. */
  readonly entrypoint: string;
  readonly path?: string;
  /** How the task gets the code, as in prefect.yaml. */
  readonly pullSteps?: readonly JsonObject[];
  /** What this deployment sets of the pool's variables. */
  readonly jobVariables?: JsonObject;
  readonly parameters?: JsonObject;
  readonly tags?: readonly string[];
  readonly description?: string;
}

export interface Deployment {
  readonly id: string;
  readonly name: string;
  readonly flowId: string;
  readonly workPool: string | undefined;
  readonly workQueue: string | undefined;
  readonly paused: boolean;
  readonly entrypoint: string | undefined;
  readonly jobVariables: JsonObject;
  readonly tags: readonly string[];
}

export function deploymentCalls({ api, answer, answerIfThere }: Connection) {
  /** Gives the flow of that name, made if need be. */
  async function createFlow(name: string): Promise<Flow> {
    const flow = await answer(api.POST("/flows/", { body: { name } }), `registering the flow ${name}`);
    return { id: flow.id, name: flow.name };
  }

  async function readFlow(id: string): Promise<Flow | undefined> {
    const flow = await answerIfThere(
      api.GET("/flows/{id}", { params: { path: { id } } }),
      `reading the flow ${id}`,
    );
    return flow && { id: flow.id, name: flow.name };
  }

  /** Creates the deployment, or brings the one of the same flow and name up to date. */
  async function createDeployment(wanted: NewDeployment): Promise<Deployment> {
    const doing = `creating the deployment ${wanted.name}`;
    const body = {
      name: wanted.name,
      flow_id: wanted.flowId,
      work_pool_name: wanted.workPool,
      work_queue_name: wanted.workQueue,
      entrypoint: wanted.entrypoint,
      path: wanted.path,
      pull_steps: wanted.pullSteps?.map((step) => ({ ...step })),
      parameters: { ...wanted.parameters },
      tags: [...(wanted.tags ?? [])],
      description: wanted.description,
      enforce_parameter_schema: false,
      // Prefect 2.20 has it under this name too, and Prefect Cloud and servers of Prefect 3 take no `infra_overrides`.
      job_variables: { ...wanted.jobVariables },
    } satisfies Create2 & Create3;
    return toDeployment(await answer(api.POST("/deployments/", { body }), doing));
  }

  async function readDeployment(id: string): Promise<Deployment | undefined> {
    const call = api.GET("/deployments/{id}", { params: { path: { id } } });
    const found = await answerIfThere(call, `reading the deployment ${id}`);
    return found && toDeployment(found);
  }

  /** `name` as people write it: `flow/deployment`. */
  async function findDeployment(name: string): Promise<Deployment | undefined> {
    const slash = name.indexOf("/");
    const path = { flow_name: name.slice(0, slash), deployment_name: name.slice(slash + 1) };
    const call = api.GET("/deployments/name/{flow_name}/{deployment_name}", { params: { path } });
    const found = await answerIfThere(call, `looking for the deployment ${name}`);
    return found && toDeployment(found);
  }

  /** Every deployment that runs in the pool. */
  async function listDeployments(workPool: string): Promise<Deployment[]> {
    const rows = await allPages((page) =>
      answer(
        api.POST("/deployments/filter", {
          body: { ...page, sort: "NAME_ASC", work_pools: { name: { any_: [workPool] } } },
        }),
        `listing the deployments of ${workPool}`,
      ),
    );
    return rows.map(toDeployment);
  }

  async function deleteDeployment(id: string): Promise<void> {
    const call = api.DELETE("/deployments/{id}", { params: { path: { id } } });
    await answerIfThere(call, `deleting the deployment ${id}`);
  }

  return {
    createFlow,
    readFlow,
    createDeployment,
    readDeployment,
    findDeployment,
    listDeployments,
    deleteDeployment,
  };
}

function toDeployment(found: Answer2 | Answer3): Deployment {
  const overrides = "infra_overrides" in found ? found.infra_overrides : undefined;
  return {
    id: found.id ?? "",
    name: found.name,
    flowId: found.flow_id,
    workPool: found.work_pool_name ?? undefined,
    workQueue: found.work_queue_name ?? undefined,
    paused: found.paused ?? false,
    entrypoint: found.entrypoint ?? undefined,
    jobVariables: (overrides ?? found.job_variables ?? {}) as JsonObject,
    tags: found.tags ?? [],
  };
}
