/**
 * The published modules as data, and roots that call them: for those who write Terraform by program. A missing or mistyped
 * argument does not compile. Nothing here needs cdktn, calls AWS or costs anything.
 */
export { apiKeyInterface } from "#infra/interfaces/api-key.ts";
export { clusterInterface } from "#infra/interfaces/cluster.ts";
export { clusterCapacityInterface } from "#infra/interfaces/cluster-capacity.ts";
export { discoveryInterface } from "#infra/interfaces/discovery.ts";
export { endpointsInterface } from "#infra/interfaces/endpoints.ts";
export { existingClusterInterface } from "#infra/interfaces/existing-cluster.ts";
export { existingNetworkInterface } from "#infra/interfaces/existing-network.ts";
export { flowLogsInterface } from "#infra/interfaces/flow-logs.ts";
export { imageRepositoryInterface } from "#infra/interfaces/image-repository.ts";
export { isolatedNetworkInterface } from "#infra/interfaces/isolated-network.ts";
export { loadBalancerInterface } from "#infra/interfaces/load-balancer.ts";
export { networkInterface } from "#infra/interfaces/network.ts";
export { pipelineAccessInterface } from "#infra/interfaces/pipeline-access.ts";
export { processWorkerInterface } from "#infra/interfaces/process-worker.ts";
export { publicNetworkInterface } from "#infra/interfaces/public-network.ts";
export { scalerInterface } from "#infra/interfaces/scaler.ts";
export { serviceInterface } from "#infra/interfaces/service.ts";
export { stateBucketInterface } from "#infra/interfaces/state-bucket.ts";
export { targetTrackingInterface } from "#infra/interfaces/target-tracking.ts";
export { taskExecutionRoleInterface } from "#infra/interfaces/task-execution-role.ts";
export { workerInterface } from "#infra/interfaces/worker.ts";
export { joinBlocks, renderBlock } from "#terraform/hcl.ts";
export {
  type Arguments,
  callModule,
  type ModuleCall,
  type ModuleInterface,
  type Reference,
  reference,
} from "#terraform/module-interface.ts";
export { type ComposeOptions, composeRoot, type RootFiles } from "./compose-root.ts";
export { writeRoot } from "./write-root.ts";
