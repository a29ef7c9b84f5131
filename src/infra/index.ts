/**
 * The system's parts for a cdktn app of your own (cdktn and constructs are your app's). Each module's `inline` puts the
 * resources of the published module into a stack, without a module around them: everything can then be overridden, and what
 * it costs is what the module's page says. It returns what others of your constructs refer to, with what must exist first.
 */
export { CleanStack } from "#terraform/clean-stack.ts";
export type { Module } from "#terraform/define-module.ts";
export { AwsProvider, type AwsProviderProps } from "./aws-provider.ts";
export {
  apiKeyModule,
  clusterCapacityModule,
  clusterModule,
  discoveryModule,
  endpointsModule,
  existingClusterModule,
  existingNetworkModule,
  flowLogsModule,
  imageRepositoryModule,
  isolatedNetworkModule,
  loadBalancerModule,
  networkModule,
  pipelineAccessModule,
  processWorkerModule,
  publicNetworkModule,
  scalerModule,
  serviceModule,
  stateBucketModule,
  targetTrackingModule,
  taskExecutionRoleModule,
  workerModule,
} from "./modules.ts";
