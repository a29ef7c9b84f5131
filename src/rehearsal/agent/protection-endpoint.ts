import { randomBytes } from "node:crypto";
import {
  ECSClient,
  ECSServiceException,
  type Failure,
  GetTaskProtectionCommand,
  type ProtectedTask,
  UpdateTaskProtectionCommand,
} from "@aws-sdk/client-ecs";
import type { EndpointHandler, EndpointRequest } from "./endpoint-server.ts";
import type { FargateTask } from "./fargate-task.ts";
import type { RenewingSession } from "./role-session.ts";

const PATH = /^\/api\/([0-9a-f]+)\/task-protection\/v1\/state$/;

interface ProtectableTask {
  readonly task: Pick<FargateTask, "taskArn" | "clusterArn" | "region">;
  /** The task role's: ECS is asked as the task, which needs the permission. */
  readonly session: RenewingSession | undefined;
  readonly endpointUrl: string;
}

export interface ProtectionGrant {
  /** Path on the endpoint server, for ECS_AGENT_URI. */
  readonly path: string;
  revoke(): void;
}

/** What the request asks for, once it is known to be sound. */
interface WantedProtection {
  readonly protectionEnabled: boolean;
  readonly expiresInMinutes?: number;
}

/**
 * The task scale-in protection endpoint: reads and sets the protection of the task from which it is asked. Answers are in
 * AWS's shape; a refusal by ECS comes with ECS's status, a task that cannot be protected with 200 and a `failure`.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-scale-in-protection-endpoint.html
 */
export class ProtectionEndpoint {
  readonly #tasks = new Map<string, ProtectableTask>();

  grant(task: ProtectableTask): ProtectionGrant {
    const token = randomBytes(16).toString("hex");
    this.#tasks.set(token, task);
    return { path: `/api/${token}`, revoke: () => this.#tasks.delete(token) };
  }

  readonly handle: EndpointHandler = async (request) => {
    const token = PATH.exec(request.path)?.[1];
    if (token === undefined) return undefined;
    const asking = this.#tasks.get(token);
    if (!asking) return refusal(404, "ResourceNotFoundException", "Failed to find a task for the request");
    const { task, session, endpointUrl } = asking;
    const wanted = wantedProtection(request, task.taskArn);
    if (wanted && "status" in wanted) return wanted;
    if (!session)
      return refusal(
        403,
        "AccessDeniedException",
        "Invalid Request: no task IAM role credentials available for task",
        task.taskArn,
      );
    const client = new ECSClient({
      endpoint: endpointUrl,
      region: task.region,
      credentials: session.provider,
      maxAttempts: 1,
    });
    const subject = { cluster: task.clusterArn, tasks: [task.taskArn] };
    try {
      const { protectedTasks = [], failures = [] } = await (wanted
        ? client.send(new UpdateTaskProtectionCommand({ ...subject, ...wanted }))
        : client.send(new GetTaskProtectionCommand(subject)));
      return { status: 200, body: answer(protectedTasks[0], failures[0]) };
    } catch (error) {
      if (!(error instanceof ECSServiceException)) throw error;
      return refusal(error.$metadata.httpStatusCode ?? 500, error.name, error.message, task.taskArn);
    } finally {
      client.destroy();
    }
  };
}

/** Undefined for a GET, which wants nothing changed. */
function wantedProtection({ method, body }: EndpointRequest, taskArn: string) {
  if (method === "GET") return undefined;
  const { ProtectionEnabled, ExpiresInMinutes, ...unknown } = parsed(body) ?? { undecodable: true };
  const isSound = ProtectionEnabled === undefined || typeof ProtectionEnabled === "boolean";
  if (!isSound || Object.keys(unknown).length > 0 || !isMinutes(ExpiresInMinutes))
    return refusal(400, "InvalidParameterException", "UpdateTaskProtection: failed to decode request");
  if (typeof ProtectionEnabled !== "boolean")
    return refusal(
      400,
      "InvalidParameterException",
      "Invalid request: does not contain 'ProtectionEnabled' field",
      taskArn,
    );
  const wanted: WantedProtection = {
    protectionEnabled: ProtectionEnabled,
    ...(ExpiresInMinutes !== undefined && { expiresInMinutes: ExpiresInMinutes }),
  };
  return wanted;
}

const isMinutes = (value: unknown): value is number | undefined =>
  value === undefined || Number.isInteger(value);

function parsed(body: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === "object" && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

function answer(protection: ProtectedTask | undefined, failure: Failure | undefined) {
  if (failure)
    return { failure: { Arn: failure.arn, Detail: failure.detail ?? null, Reason: failure.reason } };
  return {
    protection: {
      ExpirationDate: protection?.expirationDate?.toISOString() ?? null,
      ProtectionEnabled: protection?.protectionEnabled,
      TaskArn: protection?.taskArn,
    },
  };
}

function refusal(status: number, Code: string, Message: string, Arn?: string) {
  return { status, body: { error: { ...(Arn && { Arn }), Code, Message } } };
}
