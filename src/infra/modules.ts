import { defineModule, type Module } from "#terraform/define-module.ts";
import type { Inputs, Outputs } from "#terraform/module-interface.ts";
import { ApiKey } from "./api-key.ts";
import { Cluster } from "./cluster.ts";
import { Discovery } from "./discovery.ts";
import { ExistingNetwork } from "./existing-network.ts";
import { apiKeyInterface } from "./interfaces/api-key.ts";
import { clusterInterface } from "./interfaces/cluster.ts";
import { discoveryInterface } from "./interfaces/discovery.ts";
import { existingNetworkInterface } from "./interfaces/existing-network.ts";
import { networkInterface } from "./interfaces/network.ts";
import { taskExecutionRoleInterface } from "./interfaces/task-execution-role.ts";
import { workerInterface } from "./interfaces/worker.ts";
import { Network } from "./network.ts";
import { TaskExecutionRole } from "./task-execution-role.ts";
import { Worker } from "./worker.ts";

export const networkModule = defineModule(networkInterface, (scope, given) => {
  const network = new Network(scope, "this", given);
  return {
    vpcId: { value: network.vpc.id },
    availabilityZones: { value: network.availabilityZones },
    publicSubnetIds: { value: network.publicSubnetIds },
    privateSubnetIds: { value: network.privateSubnetIds, dependsOn: network.wayOut },
  };
});

const existingNetworkModule = defineModule(existingNetworkInterface, (scope, given) => {
  const network = new ExistingNetwork(scope, "this", given);
  return { vpcId: { value: network.vpcId }, subnetIds: { value: network.subnetIds } };
});

const clusterModule = defineModule(clusterInterface, (scope, given) => {
  const { cluster } = new Cluster(scope, "this", given);
  return { name: { value: cluster.name }, arn: { value: cluster.arn } };
});

const discoveryModule = defineModule(discoveryInterface, (scope, given) => {
  const { namespace } = new Discovery(scope, "this", given);
  return { namespaceId: { value: namespace.id }, namespaceArn: { value: namespace.arn } };
});

const apiKeyModule = defineModule(apiKeyInterface, (scope, given) => {
  const { secret, value } = new ApiKey(scope, "this", given);
  return { secretArn: { value: secret.arn, dependsOn: [value] } };
});

const taskExecutionRoleModule = defineModule(taskExecutionRoleInterface, (scope, given) => {
  const { role, policies } = new TaskExecutionRole(scope, "this", given);
  return { arn: { value: role.arn, dependsOn: policies }, name: { value: role.name } };
});

export const workerModule = defineModule(workerInterface, (scope, given) => {
  const worker = new Worker(scope, "this", given);
  return {
    serviceName: { value: worker.service.name },
    serviceArn: { value: worker.service.id },
    taskDefinitionArn: { value: worker.taskDefinition.arn },
    taskRoleArn: { value: worker.access.role.arn },
    flowTaskRoleArn: { value: worker.flows.role.arn },
    securityGroupId: { value: worker.access.securityGroup.id },
    flowSecurityGroupId: { value: worker.flows.securityGroup.id },
    workerLogGroup: { value: worker.logs.worker.name },
    flowLogGroup: { value: worker.logs.flowRuns.name },
    workPool: { value: given.workPool },
    baseJobTemplate: { value: worker.baseJobTemplate },
  };
});

/** Every module that is published, in the order in which a root calls them. */
export const allModules = [
  networkModule,
  existingNetworkModule,
  clusterModule,
  discoveryModule,
  apiKeyModule,
  taskExecutionRoleModule,
  workerModule,
] as unknown as readonly Module<Inputs, Outputs>[];
