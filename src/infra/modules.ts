import { defineModule, type Module } from "#terraform/define-module.ts";
import type { Inputs, Outputs } from "#terraform/module-interface.ts";
import { ApiKey } from "./api-key.ts";
import { Cluster } from "./cluster.ts";
import { ClusterCapacity } from "./cluster-capacity.ts";
import { Discovery } from "./discovery.ts";
import { Endpoints } from "./endpoints.ts";
import { ExistingCluster } from "./existing-cluster.ts";
import { ExistingNetwork } from "./existing-network.ts";
import { FlowLogs } from "./flow-logs.ts";
import { ImageRepository } from "./image-repository.ts";
import { apiKeyInterface } from "./interfaces/api-key.ts";
import { clusterInterface } from "./interfaces/cluster.ts";
import { clusterCapacityInterface } from "./interfaces/cluster-capacity.ts";
import { discoveryInterface } from "./interfaces/discovery.ts";
import { endpointsInterface } from "./interfaces/endpoints.ts";
import { existingClusterInterface } from "./interfaces/existing-cluster.ts";
import { existingNetworkInterface } from "./interfaces/existing-network.ts";
import { flowLogsInterface } from "./interfaces/flow-logs.ts";
import { imageRepositoryInterface } from "./interfaces/image-repository.ts";
import { isolatedNetworkInterface } from "./interfaces/isolated-network.ts";
import { loadBalancerInterface } from "./interfaces/load-balancer.ts";
import { networkInterface } from "./interfaces/network.ts";
import { pipelineAccessInterface } from "./interfaces/pipeline-access.ts";
import { processWorkerInterface } from "./interfaces/process-worker.ts";
import { publicNetworkInterface } from "./interfaces/public-network.ts";
import { scalerInterface } from "./interfaces/scaler.ts";
import { serviceInterface } from "./interfaces/service.ts";
import { stateBucketInterface } from "./interfaces/state-bucket.ts";
import { targetTrackingInterface } from "./interfaces/target-tracking.ts";
import { taskExecutionRoleInterface } from "./interfaces/task-execution-role.ts";
import { workerInterface } from "./interfaces/worker.ts";
import { IsolatedNetwork } from "./isolated-network.ts";
import { LoadBalancer } from "./load-balancer.ts";
import { moduleTypes } from "./module-types.ts";
import { Network } from "./network.ts";
import { PipelineAccess } from "./pipeline-access.ts";
import { ProcessWorker } from "./process-worker.ts";
import { PublicNetwork } from "./public-network.ts";
import { Scaler } from "./scaler.ts";
import { Service } from "./service.ts";
import { StateBucket } from "./state-bucket.ts";
import { TargetTracking } from "./target-tracking.ts";
import { TaskExecutionRole } from "./task-execution-role.ts";
import { Worker } from "./worker.ts";

/**
 * A VPC with public and private subnets, the private ones' way out through NAT: about $33 a month for each gateway, $3.65 for
 * its address, $0.045 a GB.
 *
 * @see https://aws.amazon.com/vpc/pricing/
 */
export const networkModule = defineModule(networkInterface, (scope, given) => {
  const network = new Network(scope, "this", given);
  return {
    ...vpcResults(network),
    publicSubnetIds: { value: network.publicSubnetIds, dependsOn: network.publicWayOut },
    privateSubnetIds: { value: network.privateSubnetIds, dependsOn: network.wayOut },
  };
});

/**
 * A VPC of public subnets alone, without NAT: nothing for itself, $3.65 a month for the address of a task that always runs.
 *
 * @see https://aws.amazon.com/vpc/pricing/
 */
export const publicNetworkModule = defineModule(publicNetworkInterface, (scope, given) => {
  const network = new PublicNetwork(scope, "this", given);
  return {
    ...vpcResults(network),
    publicSubnetIds: { value: network.publicSubnetIds, dependsOn: network.wayOut },
  };
});

/**
 * A VPC of private subnets without a way out, for a Prefect server inside. Free; its endpoints are billed by `endpoints`.
 *
 * @see https://aws.amazon.com/vpc/pricing/
 */
export const isolatedNetworkModule = defineModule(isolatedNetworkInterface, (scope, given) => {
  const network = new IsolatedNetwork(scope, "this", given);
  return {
    ...vpcResults(network),
    privateSubnetIds: { value: network.privateSubnetIds, dependsOn: network.ways },
  };
});

/** A VPC and subnets that exist, found by ids or tags and checked at plan. Creates nothing. */
export const existingNetworkModule = defineModule(existingNetworkInterface, (scope, given) => {
  const network = new ExistingNetwork(scope, "this", given);
  return {
    vpcId: { value: network.vpcId },
    cidrBlock: { value: network.cidrBlock },
    subnetIds: { value: network.subnetIds, dependsOn: [network.waysOut] },
    publicSubnetIds: { value: network.publicSubnetIds, dependsOn: [network.waysOut] },
  };
});

/**
 * Interface endpoints to services of AWS: $7.30 a month for each in each zone, $0.01 a GB.
 *
 * @see https://aws.amazon.com/privatelink/pricing/
 */
export const endpointsModule = defineModule(endpointsInterface, (scope, given) => {
  const { securityGroup, ways } = new Endpoints(scope, "this", given);
  return {
    subnetIds: { value: given.subnetIds, dependsOn: ways },
    securityGroupId: { value: securityGroup.id },
  };
});

/**
 * The log of a VPC's traffic in CloudWatch: $0.50 for each GB.
 *
 * @see https://aws.amazon.com/cloudwatch/pricing/
 */
export const flowLogsModule = defineModule(flowLogsInterface, (scope, given) => {
  const { logGroup } = new FlowLogs(scope, "this", given);
  return { logGroup: { value: logGroup.name } };
});

/**
 * An ECS cluster, which costs nothing by itself; Container Insights is billed by metric.
 *
 * @see https://aws.amazon.com/cloudwatch/pricing/
 */
export const clusterModule = defineModule(clusterInterface, (scope, given) => {
  const { cluster } = new Cluster(scope, "this", given);
  return { name: { value: cluster.name }, arn: { value: cluster.arn } };
});

/** A cluster that exists, checked at plan to be active. Creates nothing. */
export const existingClusterModule = defineModule(existingClusterInterface, (scope, given) => {
  const { cluster } = new ExistingCluster(scope, "this", given);
  return { name: { value: cluster.clusterName }, arn: { value: cluster.arn } };
});

/**
 * Fargate and Fargate Spot as a cluster's capacity providers. Free; tasks on Spot cost about a third.
 *
 * @see https://aws.amazon.com/fargate/pricing/
 */
export const clusterCapacityModule = defineModule(clusterCapacityInterface, (scope, given) => {
  const { providers } = new ClusterCapacity(scope, "this", given);
  return { clusterArn: { value: given.clusterArn, dependsOn: [providers] } };
});

/**
 * A private DNS namespace in which services register: $0.50 a month for its hosted zone.
 *
 * @see https://aws.amazon.com/cloud-map/pricing/
 */
export const discoveryModule = defineModule(discoveryInterface, (scope, given) => {
  const { namespace } = new Discovery(scope, "this", given);
  return { namespaceId: { value: namespace.id }, namespaceArn: { value: namespace.arn } };
});

/**
 * The Prefect API key in Secrets Manager, written and never read back: $0.40 a month.
 *
 * @see https://aws.amazon.com/secrets-manager/pricing/
 */
export const apiKeyModule = defineModule(apiKeyInterface, (scope, given) => {
  const { secret, value } = new ApiKey(scope, "this", given);
  return { secretArn: { value: secret.arn, dependsOn: [value] } };
});

/** The role with which ECS itself starts tasks: images, logs, the Prefect key, and nothing else. Free. */
export const taskExecutionRoleModule = defineModule(taskExecutionRoleInterface, (scope, given) => {
  const { role, policies } = new TaskExecutionRole(scope, "this", given);
  return { arn: { value: role.arn, dependsOn: policies }, name: { value: role.name } };
});

/**
 * A worker of type `ecs` as a Fargate service, with all that its flow runs need: about $18 a month at 0.5 vCPU and 1 GB.
 *
 * @see https://aws.amazon.com/fargate/pricing/
 */
export const workerModule = defineModule(workerInterface, (scope, given) => {
  const worker = new Worker(scope, "this", given);
  return {
    serviceName: { value: worker.service.name },
    serviceArn: { value: worker.service.arn },
    taskDefinitionArn: { value: worker.taskDefinition.arn },
    taskRoleArn: { value: worker.access.role.arn },
    flowTaskRoleArn: { value: worker.flows.role.arn },
    securityGroupId: { value: worker.access.securityGroup.id },
    flowSecurityGroupId: { value: worker.flows.securityGroup.id },
    workerLogGroup: { value: worker.logs.worker.name },
    flowLogGroup: { value: worker.logs.flowRuns.name },
    workerType: { value: "ecs" },
    workPool: { value: given.workPool },
    baseJobTemplate: { value: worker.baseJobTemplate },
  };
});

/**
 * A worker of type `process`, in whose tasks flow runs are: about $18 a month for each task of 0.5 vCPU and 1 GB.
 *
 * @see https://aws.amazon.com/fargate/pricing/
 */
export const processWorkerModule = defineModule(processWorkerInterface, (scope, given) => {
  const worker = new ProcessWorker(scope, "this", given);
  return {
    serviceName: { value: worker.service.name },
    serviceArn: { value: worker.service.arn },
    taskDefinitionArn: { value: worker.taskDefinition.arn },
    taskRoleArn: { value: worker.role.arn },
    flowTaskRoleArn: { value: worker.role.arn },
    securityGroupId: { value: worker.securityGroup.id },
    flowSecurityGroupId: { value: worker.securityGroup.id },
    workerLogGroup: { value: worker.logGroup.name },
    flowLogGroup: { value: worker.logGroup.name },
    workerType: { value: "process" },
    workPool: { value: given.workPool },
    baseJobTemplate: { value: worker.baseJobTemplate },
  };
});

/**
 * Application Auto Scaling of a service by CPU or memory: about $0.20 a month for its two alarms.
 *
 * @see https://aws.amazon.com/cloudwatch/pricing/
 */
export const targetTrackingModule = defineModule(targetTrackingInterface, (scope, given) => {
  const { policy } = new TargetTracking(scope, "this", given);
  return { policyArn: { value: policy.arn } };
});

/**
 * An ECR repository for images of workers and flow runs: $0.10 for each GB and month.
 *
 * @see https://aws.amazon.com/ecr/pricing/
 */
export const imageRepositoryModule = defineModule(imageRepositoryInterface, (scope, given) => {
  const { repository } = new ImageRepository(scope, "this", given);
  return { url: { value: repository.repositoryUrl }, arn: { value: repository.arn } };
});

/**
 * An Application Load Balancer in front of a service: about $16.43 a month, $3.65 for its address in each zone, and what traffic
 * takes.
 *
 * @see https://aws.amazon.com/elasticloadbalancing/pricing/
 */
export const loadBalancerModule = defineModule(loadBalancerInterface, (scope, given) => {
  const { balancer, listener, targetGroup, securityGroup, scheme } = new LoadBalancer(scope, "this", given);
  return {
    arn: { value: balancer.arn },
    dnsName: { value: balancer.dnsName },
    zoneId: { value: balancer.zoneId },
    url: { value: `${scheme}://${balancer.dnsName}` },
    targetGroupArn: { value: targetGroup.arn, dependsOn: [listener] },
    securityGroupId: { value: securityGroup.id },
  };
});

/**
 * A service of your own beside the workers: about $18 a month for each task of 0.5 vCPU and 1 GB.
 *
 * @see https://aws.amazon.com/fargate/pricing/
 */
export const serviceModule = defineModule(serviceInterface, (scope, given) => {
  const { service, taskDefinition, roles, network, logGroup } = new Service(scope, "this", given);
  return {
    serviceName: { value: service.name },
    serviceArn: { value: service.id },
    taskDefinitionArn: { value: taskDefinition.arn },
    taskRoleArn: { value: roles.task.arn },
    securityGroupId: { value: network.securityGroup.id },
    logGroup: { value: logGroup.name },
  };
});

/**
 * The Lambda function that has tasks there when runs are due: free within what an account has free, else about $4 a month.
 *
 * @see https://aws.amazon.com/lambda/pricing/
 */
export const scalerModule = defineModule(scalerInterface, (scope, given) => {
  const scaler = new Scaler(scope, "this", given);
  return {
    functionName: { value: scaler.function.functionName },
    logGroup: { value: scaler.logGroup.name },
  };
});

/** The modules of which a system consists. */
const systemModules = [
  networkModule,
  publicNetworkModule,
  isolatedNetworkModule,
  existingNetworkModule,
  endpointsModule,
  flowLogsModule,
  clusterModule,
  existingClusterModule,
  clusterCapacityModule,
  discoveryModule,
  apiKeyModule,
  taskExecutionRoleModule,
  workerModule,
  processWorkerModule,
  targetTrackingModule,
  imageRepositoryModule,
  loadBalancerModule,
  serviceModule,
  scalerModule,
] as unknown as readonly Module<Inputs, Outputs>[];

/** An OIDC provider and two roles for a CI pipeline, without a key to keep. Free. */
export const pipelineAccessModule = defineModule(pipelineAccessInterface, (scope, given) => {
  const access = new PipelineAccess(scope, "this", given, moduleTypes(systemModules));
  const { plan, apply, boundary, trust, rights } = access;
  return {
    planRoleArn: { value: plan.arn, dependsOn: rights },
    applyRoleArn: { value: apply.arn, dependsOn: rights },
    boundaryArn: { value: boundary.arn },
    oidcProviderArn: { value: trust.providerArn },
  };
});

/**
 * A bucket for Terraform states: versioned, encrypted, closed to the public. A few cents a month.
 *
 * @see https://aws.amazon.com/s3/pricing/
 */
export const stateBucketModule = defineModule(stateBucketInterface, (scope, given) => {
  const { bucket, protections } = new StateBucket(scope, "this", given);
  return { name: { value: bucket.id, dependsOn: protections }, arn: { value: bucket.arn } };
});

/** Every module that is published, in the order in which a root calls them; the last are those of `bootstrap`. */
export const allModules = [
  ...systemModules,
  stateBucketModule as unknown as Module<Inputs, Outputs>,
  pipelineAccessModule as unknown as Module<Inputs, Outputs>,
] as const;

const vpcResults = ({ vpc, availabilityZones }: Pick<Network, "vpc" | "availabilityZones">) => ({
  vpcId: { value: vpc.id },
  cidrBlock: { value: vpc.cidrBlock },
  availabilityZones: { value: availabilityZones },
});
