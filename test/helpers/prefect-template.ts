import { type BaseJobTemplate, type JsonObject, stockTemplate } from "#prefect/job-template.ts";

export const SECRET_ARN = "arn:aws:secretsmanager:us-east-1:123456789012:secret:prefect-api-key-AbCdEf";
export const EXECUTION_ROLE_ARN = "arn:aws:iam::123456789012:role/prefect-task-execution-role";
export const TASK_ROLE_ARN = "arn:aws:iam::123456789012:role/dev-worker-flow-run";

/** A wired template as the worker module gives it: the stock one with our system filled in. */
export function desiredTemplate(version: 2 | 3, environment: Record<string, string> = {}): BaseJobTemplate {
  const template = stockTemplate(version);
  const job = template.job_configuration;
  job.env = { PREFECT_API_KEY: null, ...environment };
  const [container] = (job.task_definition as JsonObject).containerDefinitions as JsonObject[];
  container!.secrets = [{ name: "PREFECT_API_KEY", valueFrom: SECRET_ARN }];
  const properties = template.variables.properties as Record<string, JsonObject>;
  const defaults: JsonObject = {
    cluster: "arn:aws:ecs:us-east-1:123456789012:cluster/prefect-cluster",
    vpc_id: "vpc-0a1b2c3d",
    network_configuration: {
      subnets: ["subnet-0a", "subnet-0b"],
      securityGroups: ["sg-0f"],
      assignPublicIp: "DISABLED",
    },
    execution_role_arn: EXECUTION_ROLE_ARN,
    task_role_arn: TASK_ROLE_ARN,
    launch_type: "FARGATE",
    configure_cloudwatch_logs: true,
    cloudwatch_logs_options: {
      "awslogs-group": "/prefect/flow-runs",
      "awslogs-region": "us-east-1",
      "awslogs-create-group": "false",
    },
    cloudwatch_logs_prefix: "flow-run",
    image: `prefecthq/prefect:${version}-latest`,
    cpu: 512,
    memory: 1024,
    match_latest_revision_in_family: true,
  };
  for (const [name, value] of Object.entries(defaults)) properties[name]!.default = value;
  return template;
}

/** A property of a template's variables, to be changed as people change it. */
export function variable(template: BaseJobTemplate, name: string): JsonObject {
  return (template.variables.properties as Record<string, JsonObject>)[name]!;
}

/** The first container definition of a template. */
export function container(template: BaseJobTemplate): JsonObject {
  const definition = template.job_configuration.task_definition as JsonObject;
  return (definition.containerDefinitions as JsonObject[])[0]!;
}
