import { processWorkerInterface } from "#infra/interfaces/process-worker.ts";
import { workerInterface } from "#infra/interfaces/worker.ts";
import {
  type Arguments,
  callModule,
  type ModuleCall,
  type Outputs,
  type Reference,
  reference,
} from "#terraform/module-interface.ts";
import { ecsWorkers, processWorkers, type Workers } from "./workers-local.ts";

type Shared = Pick<
  Arguments<typeof processWorkerInterface.inputs>,
  | "prefectVersion"
  | "prefectApiUrl"
  | "prefectAccountId"
  | "prefectWorkspaceId"
  | "apiKeySecretArn"
  | "authStringSecretArn"
  | "caCertificates"
  | "clusterArn"
  | "vpcId"
  | "subnetIds"
  | "assignPublicIp"
  | "namespaceId"
  | "executionRoleArn"
  | "logRetentionDays"
  | "rolePath"
  | "permissionsBoundaryArn"
>;

/** The modules of the workers, and where to find one by its name. */
export interface WorkerCalls {
  /** Local values that list the workers. */
  readonly locals: readonly string[];
  readonly calls: readonly ModuleCall<Outputs>[];
  /** Every worker's module by the worker's name. */
  readonly all: Reference;
}

export function callWorkers(
  workers: Workers,
  shared: Shared,
  flowTags: Readonly<Record<string, string>>,
): WorkerCalls {
  const ofType = (type: "ecs" | "process") =>
    Object.fromEntries(Object.entries(workers).filter(([, worker]) => worker.type === type));
  const ecs = ecsWorkers(ofType("ecs"));
  const processes = processWorkers(ofType("process"));
  const name = reference("each.key");
  const kinds = [
    {
      workers: ofType("ecs"),
      block: ecs.block,
      call: callModule(
        workerInterface,
        "worker",
        { name, ...shared, flowTags, ...ecs.values },
        { forEach: reference(`local.${ecs.local}`) },
      ),
    },
    {
      workers: ofType("process"),
      block: processes.block,
      call: callModule(
        processWorkerInterface,
        "process_worker",
        { name, ...shared, ...processes.values },
        { forEach: reference(`local.${processes.local}`) },
      ),
    },
  ].filter((kind) => Object.keys(kind.workers).length > 0);
  const modules = kinds.map(({ call }) => `module.${call.label}`);
  return {
    locals: kinds.map(({ block }) => block),
    calls: kinds.map(({ call }) => call),
    all: reference(modules.length === 1 ? modules[0]! : `merge(${modules.join(", ")})`),
  };
}
