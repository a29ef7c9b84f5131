import type { Construct } from "constructs";
import { IamRole } from "#aws/iam-role.ts";
import { IamRolePolicy } from "#aws/iam-role-policy.ts";
import { IamRolePolicyAttachment } from "#aws/iam-role-policy-attachment.ts";
import { forEachIn, jsonencode, tf } from "#terraform/expressions.ts";
import { note } from "#terraform/notes.ts";
import { ecsTasksTrust, OPEN_SHELL, roleRules, type Statement } from "./policy.ts";
import type { ProcessWorkerProps } from "./worker-props.ts";

interface ProcessWorkerRole {
  readonly role: IamRole;
  /** Without these a worker that starts cannot protect itself. */
  readonly rights: readonly (IamRolePolicy | IamRolePolicyAttachment)[];
}

/** What a `process` worker may do: protect its tasks, and what its flow runs need, as both are in one task. */
export function createProcessWorkerRole(scope: Construct, props: ProcessWorkerProps): ProcessWorkerRole {
  const { name, policyArns, tags } = props;
  const role = new IamRole(scope, "worker_iam_role", {
    name: `prefect-${name}-task-role`,
    description: `Prefect worker ${name} and the flow runs inside it.`,
    ...roleRules(props),
    assumeRolePolicy: ecsTasksTrust(scope),
    tags,
  });
  note(role, "Flow runs inside the worker have its role: they can do what it can.");
  const own = new IamRolePolicy(scope, "worker_iam_role_policy", {
    name: "protect-tasks",
    role: role.id,
    policy: protectionPolicy(props),
  });
  const given = new IamRolePolicyAttachment(
    scope,
    "worker_iam_role_policy_attachment",
    forEachIn(policyArns, (_name, policyArn) => ({ role: role.name, policyArn })),
  );
  return { role, rights: [own, given] };
}

/**
 * The two calls that the task's agent makes for the supervisor, as ECS knows no way to name just the calling task, and the two
 * by which the supervisor sees that a deployment has replaced its task.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-scale-in-protection-endpoint.html
 */
function protectionPolicy({ name, clusterArn, enableExecuteCommand }: ProcessWorkerProps): string {
  const inOurCluster = { ArnEquals: { "ecs:cluster": clusterArn } };
  const tasks = tf`"\${replace(${clusterArn}, ":cluster/", ":task/")}/*"`;
  const service = tf`"\${replace(${clusterArn}, ":cluster/", ":service/")}/\${${name}}"`;
  const always: Statement[] = [
    {
      Sid: "ProtectTasks",
      Effect: "Allow",
      Action: ["ecs:GetTaskProtection", "ecs:UpdateTaskProtection"],
      Resource: tasks,
      Condition: inOurCluster,
    },
    {
      Sid: "SeeOwnService",
      Effect: "Allow",
      Action: "ecs:DescribeServices",
      Resource: service,
      Condition: inOurCluster,
    },
    {
      Sid: "SeeTasks",
      Effect: "Allow",
      Action: "ecs:DescribeTasks",
      Resource: tasks,
      Condition: inOurCluster,
    },
  ];
  const statements = tf`concat(${always}, ${enableExecuteCommand} ? [${OPEN_SHELL}] : [])`;
  return jsonencode({ Version: "2012-10-17", Statement: statements });
}
