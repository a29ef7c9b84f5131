import { prefectApiUrl } from "#config/api-url.ts";
import { boundaryArn } from "#config/pipeline-names.ts";
import type { Config } from "#config/schema.ts";
import { apiKeyInterface } from "#infra/interfaces/api-key.ts";
import { discoveryInterface } from "#infra/interfaces/discovery.ts";
import { imageRepositoryInterface } from "#infra/interfaces/image-repository.ts";
import { taskExecutionRoleInterface } from "#infra/interfaces/task-execution-role.ts";
import { joinBlocks, renderBlock } from "#terraform/hcl.ts";
import { comment } from "#terraform/hcl-layout.ts";
import { callModule, type ModuleCall, type Outputs, reference } from "#terraform/module-interface.ts";
import { escapeTemplates } from "#terraform/template.ts";
import { callCluster } from "./cluster-call.ts";
import { movedBlocks } from "./moved-blocks.ts";
import { callNetwork } from "./network-call.ts";
import type { RoleRules } from "./network-extras.ts";
import { allTags, providerBlock, requirementsBlock } from "./provider-block.ts";
import { rootOutputs } from "./root-outputs.ts";
import { callScaler, callTargetTracking } from "./scaling-calls.ts";
import { callServices } from "./service-calls.ts";
import { API_KEY_VARIABLE, API_KEY_VERSION_VARIABLE, apiKeyVariables } from "./variables.ts";
import { callWorkers } from "./worker-calls.ts";

/** Terraform files by their path in the root's folder. */
export type RootFiles = Record<string, string>;

/** How main.tf begins: by it we know a file that we may overwrite. */
export const ROOT_HEADER = comment(
  [
    "Written by prefect-fargate from its config, and written anew by the next deploy: change the config instead.",
    "What it cannot say goes into a file of your own beside this one, such as override.tf.",
  ].join("\n"),
);

/** What a root may be told that no config says. */
export interface ComposeOptions {
  /**
   * Zones by name for a new VPC.
   * @default - those in the config, else the network module chooses once and remembers
   */
  readonly availabilityZones?: readonly string[];
}

/** What a root consists of, block by block. */
export interface RootBlocks {
  readonly terraform: readonly string[];
  readonly provider: string;
  readonly variables: readonly string[];
  readonly locals: readonly string[];
  readonly modules: readonly string[];
  readonly outputs: readonly string[];
  /** How addresses of earlier releases became those of now. */
  readonly moved: string;
}

/** A config as a page of module calls. */
export function composeRoot(config: Config, options: ComposeOptions = {}): RootFiles {
  const { terraform, provider, variables, locals, modules, outputs, moved } = composeBlocks(config, options);
  const blocks = [...terraform, provider, ...variables, ...locals, ...modules, ...outputs];
  return {
    "main.tf": `${ROOT_HEADER}\n\n${joinBlocks(blocks)}`,
    "moved.tf": `${ROOT_HEADER}\n\n${moved}`,
  };
}

/** The same, for whoever puts the blocks into files of their own. */
export function composeBlocks(config: Config, options: ComposeOptions = {}): RootBlocks {
  // From here on every text is a Terraform template: what people wrote is escaped once, here.
  const { prefect, ...rest } = escapeTemplates(config);
  const rules = roleRules(config);

  const network = callNetwork(rest.network, options.availabilityZones, rules);
  const cluster = callCluster(rest);
  const discovery = callModule(discoveryInterface, "discovery", {
    namespace: rest.discovery.namespace,
    vpcId: network.vpcId,
  });
  const secret = prefect.apiKey;
  const apiKey = secret && "secretName" in secret ? callApiKey(secret.secretName) : undefined;
  const secretArn =
    apiKey?.outputs.secretArn ?? (secret && "secretArn" in secret ? secret.secretArn : undefined);
  const executionRole = callModule(taskExecutionRoleInterface, "task_execution_role", {
    name: rest.executionRole.name,
    secretArns: secretArn === undefined ? [] : [secretArn],
    ...rules,
  });
  const images =
    rest.images &&
    callModule(imageRepositoryInterface, IMAGES, {
      name: rest.images.repository,
      imagesKept: rest.images.kept,
    });
  const credentials = {
    ...(prefect.auth === "basic" ? { authStringSecretArn: secretArn } : { apiKeySecretArn: secretArn }),
    caCertificates: prefect.caCertificates,
  };
  const workers = callWorkers(
    rest.workers,
    {
      prefectVersion: prefect.version,
      prefectApiUrl: prefectApiUrl(prefect),
      prefectAccountId: prefect.accountId,
      prefectWorkspaceId: prefect.workspaceId,
      ...credentials,
      clusterArn: cluster.readyArn,
      vpcId: network.vpcId,
      subnetIds: network.subnetIds,
      assignPublicIp: network.assignPublicIp,
      namespaceId: discovery.outputs.namespaceId,
      executionRoleArn: executionRole.outputs.arn,
      logRetentionDays: rest.logs.retentionDays,
      ...rules,
    },
    allTags(rest),
  );

  const tracking = callTargetTracking(rest.workers, { clusterName: cluster.name, workers: workers.all });
  const services = callServices(rest, {
    network,
    cluster,
    namespaceId: discovery.outputs.namespaceId,
    prefect,
    secretArn,
    workers: workers.all,
    rules,
  });

  const scaler = callScaler(rest.workers, {
    config: rest,
    prefectApiUrl: prefectApiUrl(prefect),
    credentials,
    clusterName: cluster.name,
    clusterArn: cluster.arn,
    subnetIds: network.subnetIds,
    workers: workers.all,
    rules,
  });

  const calls = [
    ...network.calls,
    ...cluster.calls,
    discovery,
    ...(apiKey ? [apiKey] : []),
    executionRole,
    ...workers.calls,
    ...tracking.calls,
    ...services.calls,
    ...(images ? [images] : []),
    ...(scaler.call ? [scaler.call] : []),
  ];
  return {
    terraform: [requirementsBlock(rest)],
    provider: providerBlock(rest),
    variables: apiKey ? apiKeyVariables() : [],
    locals: [...workers.locals, ...tracking.locals, ...services.locals],
    modules: calls.map(moduleBlock),
    outputs: rootOutputs({
      config: rest,
      network,
      cluster,
      secretArn,
      executionRole,
      workers: workers.all,
      images,
      scaler: scaler.call,
    }),
    moved: `${comment(ABOUT_MOVES)}\n\n${movedBlocks(rest.workers)}`,
  };
}

/** Label of the images' repository, which can be made before all else. */
export const IMAGES = "images";

/** What a company demands of every role that is made. */
function roleRules(config: Config): RoleRules {
  const permissionsBoundaryArn = boundaryArn(config);
  return {
    ...(config.rolePath === "/" ? {} : { rolePath: config.rolePath }),
    ...(permissionsBoundaryArn === undefined ? {} : { permissionsBoundaryArn }),
  };
}

const callApiKey = (name: string) =>
  callModule(apiKeyInterface, "api_key", {
    name,
    apiKey: reference(`var.${API_KEY_VARIABLE}`),
    apiKeyVersion: reference(`var.${API_KEY_VERSION_VARIABLE}`),
  });

const ABOUT_MOVES = [
  "A worker may change its type and its scaling: what it has is taken over, under the address that it has now. Where there",
  "is nothing to take over, these do nothing.",
].join("\n");

/** A sentence above each module, for whoever reads the root. */
const NOTES: Readonly<Record<string, string>> = {
  endpoints: "Ways to AWS that do not leave the VPC.",
  flow_logs: "Who talked to whom in the VPC.",
  cluster_capacity: "Lets workers and flow runs ask for Spot.",
  discovery: "Workers register here: dev-worker.default.prefect.local is one's name in the VPC.",
  api_key: "The key is written to Secrets Manager and never kept here.",
  task_execution_role: "ECS starts tasks with this role; code in them cannot use it.",
  process_worker: "A worker whose flow runs are processes inside its tasks.",
  scaler: "Reads Prefect's queue and schedules, so that tasks are there when runs are due.",
  target_tracking: "Application Auto Scaling sets how many tasks of these workers run.",
  images: "Images with the integration in them: prefect-fargate image build.",
  worker: "A worker, and what its flow runs need. The pool's job template is among its outputs.",
  load_balancer: "For those who come from outside: one for each service that is to be reached by them.",
  service: "A service beside the workers, under its name in the namespace.",
};

const moduleBlock = ({ label, body }: Pick<ModuleCall<Outputs>, "label" | "body">): string =>
  renderBlock("module", [label], body, { note: NOTES[label] });
