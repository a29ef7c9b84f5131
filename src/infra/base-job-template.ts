import { TerraformLocal, Token } from "cdktn";
import type { Construct } from "constructs";
import { EPHEMERAL_STORAGE_GIB } from "#config/ephemeral-storage.ts";
import { packagePath } from "#package";
import { jsonencode, tf } from "#terraform/expressions.ts";
import { note } from "#terraform/notes.ts";

import type { FlowAccess } from "./flow-access.ts";
import type { PrefectCredentials } from "./prefect-credentials.ts";
import { trustedEnvironment, trustingFlowCommand } from "./trusting-command.ts";
import type { WorkerLogs } from "./worker-logs.ts";
import type { WorkerProps } from "./worker-props.ts";
import type { WorkerSettings } from "./worker-settings.ts";

interface BaseJobTemplateProps extends WorkerProps {
  readonly settings: WorkerSettings;
  readonly credentials: PrefectCredentials;
  readonly logs: WorkerLogs;
  readonly flows: FlowAccess;
}

/**
 * The work pool's base job template: the integration's own, with our cluster, network, roles, log group and secret.
 *
 * The API key stays out of every RunTask call: `env` sets it to null, which the worker takes as "leave it out", and the
 * container gets it from the secret; so it is with user name and password. `variables.env` must not have a default: Prefect 2 would put it in the place of
 * `env`, and with it the key back into the call. So the pool's variables stand in `job_configuration.env`.
 */
export function createBaseJobTemplate(scope: Construct, props: BaseJobTemplateProps): string {
  const { settings, credentials, logs, flows } = props;
  const stock = new TerraformLocal(scope, "stock_template", tf`jsondecode(file(${stockTemplate(props)}))`);
  note(stock, "The template that prefect-aws brings, of the version that is installed.");
  const job = tf`${stock.fqn}.job_configuration`;

  const network = new TerraformLocal(scope, "flow_network", {
    subnets: props.subnetIds,
    securityGroups: [flows.securityGroup.id],
    assignPublicIp: tf`${props.assignPublicIp} ? "ENABLED" : "DISABLED"`,
  });
  const defaults = new TerraformLocal(scope, "template_defaults", {
    cluster: props.clusterArn,
    vpc_id: props.vpcId,
    network_configuration: tf`${network.fqn}`,
    execution_role_arn: props.executionRoleArn,
    task_role_arn: flows.role.arn,
    image: settings.flowImage,
    launch_type: props.flowLaunchType,
    cpu: props.flowCpu,
    memory: props.flowMemoryMiB,
    configure_cloudwatch_logs: true,
    cloudwatch_logs_options: { "awslogs-group": logs.flowRuns.name, "awslogs-create-group": "false" },
    match_latest_revision_in_family: true,
    command: trustingFlowCommand(props.caCertificates),
  });
  note(defaults, "Defaults of the pool's variables: deployments can override each by a job variable.");

  const template = {
    job_configuration: tf`merge(${job}, ${{
      env: tf`merge(${props.flowEnvironment}, ${credentials.unset})`,
      task_definition: tf`merge(${job}.task_definition, ${{
        containerDefinitions: [
          tf`merge(${job}.task_definition.containerDefinitions[0], ${{
            secrets: credentials.secrets,
          }}, ${trustedEnvironment(props.caCertificates)})`,
        ],
        runtimePlatform: {
          cpuArchitecture: tf`coalesce(${props.flowCpuArchitecture}, ${props.cpuArchitecture})`,
          operatingSystemFamily: "LINUX",
        },
      }}, { for size in [${props.flowEphemeralStorageGiB}] : "ephemeralStorage" => { sizeInGiB = size } if size > ${EPHEMERAL_STORAGE_GIB.least} })`,
      task_run_request: tf`merge(${job}.task_run_request, ${{
        networkConfiguration: { awsvpcConfiguration: tf`${network.fqn}` },
        tags: props.flowTags,
        enableECSManagedTags: true,
      }})`,
    }})`,
    variables: tf`merge(${stock.fqn}.variables, ${{
      properties: tf`merge(${stock.fqn}.variables.properties, { for name, value in ${defaults.fqn} : name => merge(${stock.fqn}.variables.properties[name], { default = value }) if value != null })`,
    }})`,
  };
  const filled = new TerraformLocal(scope, "base_job_template", tf`${template}`);
  note(filled, NOTE);
  return jsonencode(tf`${filled.fqn}`);
}

const NOTE = [
  "The key stays out of RunTask: null tells the worker to leave it out, the container gets it from the secret.",
  "Variables of all flow runs stand here too: a default of the variable `env` would bring the key back (Prefect 2).",
].join("\n");

/** Beside the module's files, or in the published module where there is no module around the worker. */
function stockTemplate({ prefectVersion }: WorkerProps): unknown {
  if (!Token.isUnresolved(prefectVersion))
    return packagePath(`modules/worker/templates/ecs-${prefectVersion}.json`);
  return tf`"\${path.module}/templates/ecs-\${${prefectVersion}}.json"`;
}
