import { defineInterface, input, reference } from "#terraform/module-interface.ts";
import { workerInterface } from "./worker.ts";

const {
  workPool: _pool,
  image: _image,
  extraPipPackages: _packages,
  flowImage: _flowImage,
  flowCpuArchitecture: _flowCpuArchitecture,
  flowLaunchType: _flowLaunchType,
  flowEphemeralStorageGiB: _flowEphemeralStorageGiB,
  flowTags: _flowTags,
  flowCpu: _flowCpu,
  flowMemoryMiB: _flowMemoryMiB,
  flowEnvironment: _flowEnvironment,
  flowPolicyArns: _flowPolicyArns,
  flowEgressCidrs,
  poolOwner: _poolOwner,
  tags,
  name,
  ...shared
} = workerInterface.inputs;

/**
 * What the module `process-worker` takes and gives. A worker of type `process`, in whose tasks flow runs are: about $18 a month
 * for each task of 0.5 vCPU and 1 GB.
 *
 * @see https://aws.amazon.com/fargate/pricing/
 */
export const processWorkerInterface = defineInterface({
  name: "process-worker",
  description: [
    "A Prefect worker of type `process` as an ECS service on Fargate: flow runs are processes inside its tasks, several in each, which",
    "start in seconds. They have the task's role, network, size and log group.",
    "0.5 vCPU and 1 GB cost about $18 a month for each task (us-east-1, x86), logs $0.50 a GB.",
    "",
    "Its image must hold the supervisor of prefect-fargate, which keeps ECS from stopping a task in which a flow runs: see",
    "`docs/scaling.md`. A deployment replaces a worker when it is empty; the module `scaler` tells it to become so.",
  ].join("\n"),
  inputs: {
    name,
    workPool: input.string("Work pool of type `process` that the worker serves.", {
      default: "process-work-pool",
      validation: [
        { condition: "length(trimspace(var.work_pool)) > 0", message: "work_pool must not be empty." },
      ],
    }),
    slots: input.number("How many flow runs a task takes at once.", {
      default: 4,
      validation: [
        {
          condition: "var.slots >= 1 && floor(var.slots) == var.slots",
          message: "slots must be a whole number, 1 or more.",
        },
      ],
    }),
    image: input.string("Image of the worker, with the supervisor and what the flows need in it."),
    extraPipPackages: input.strings("Python packages installed when the container starts, pinned exactly.", {
      default: [],
    }),
    ...shared,
    egressCidrs: { ...flowEgressCidrs, ...forVariable("egress_cidrs") },
    tags,
  },
  outputs: workerInterface.outputs,
  example: {
    image: "111122223333.dkr.ecr.us-east-1.amazonaws.com/flows:7",
    prefectApiUrl: "https://prefect.example.com/api",
    apiKeySecretArn: reference("module.api_key.secret_arn"),
    clusterArn: reference("module.cluster.arn"),
    vpcId: reference("module.network.vpc_id"),
    subnetIds: reference("module.network.private_subnet_ids"),
    namespaceId: reference("module.discovery.namespace_id"),
    executionRoleArn: reference("module.task_execution_role.arn"),
  },
});

function forVariable(variable: string) {
  return {
    validation: [
      {
        condition: `alltrue([for cidr in var.${variable} : can(cidrhost(cidr, 0))])`,
        message: `${variable} must be IPv4 or IPv6 ranges, such as 10.0.0.0/16.`,
      },
    ],
  };
}
