import * as z from "zod";
import { PrefectFargateError } from "#errors";

const workerSchema = z.object({
  service_name: z.string(),
  service_arn: z.string(),
  task_definition_arn: z.string(),
  task_role_arn: z.string(),
  flow_task_role_arn: z.string(),
  security_group_id: z.string(),
  flow_security_group_id: z.string(),
  worker_log_group: z.string(),
  flow_log_group: z.string(),
  /** Roots of before there were two types tell none. */
  worker_type: z.enum(["ecs", "process"]).default("ecs"),
  work_pool: z.string(),
  base_job_template: z.string(),
});

const serviceSchema = z.object({
  service_name: z.string(),
  service_arn: z.string(),
  task_definition_arn: z.string(),
  log_group: z.string(),
});

const loadBalancerSchema = z.object({ arn: z.string(), dns_name: z.string(), url: z.string() });

const bounds = { min_tasks: z.number(), max_tasks: z.number() };
/** How the number of a worker's tasks follows the work, as it was applied. */
const scalingSchema = z.discriminatedUnion("mode", [
  z.object({ mode: z.literal("queue"), ...bounds }),
  z.object({
    mode: z.enum(["cpu", "memory"]),
    ...bounds,
    target_percent: z.number(),
    scale_out_cooldown_seconds: z.number(),
    scale_in_cooldown_seconds: z.number(),
  }),
]);

const systemSchema = z.object({
  region: z.string(),
  cluster_name: z.string(),
  cluster_arn: z.string(),
  vpc_id: z.string(),
  subnet_ids: z.array(z.string()),
  availability_zones: z.array(z.string()).optional(),
  /** Undefined for a server that asks for neither a key nor a password. */
  api_key_secret_arn: z.string().optional(),
  execution_role_arn: z.string(),
  workers: z.record(z.string(), workerSchema),
  services: z.record(z.string(), serviceSchema).default({}),
  /** By the names of the services behind them. */
  load_balancers: z.record(z.string(), loadBalancerSchema).default({}),
  /** Of the workers that have no fixed number of tasks. */
  scaling: z.record(z.string(), scalingSchema).default({}),
  /** Where the scaler writes what it decides, where there is one. */
  scaler_log_group: z.string().optional(),
});

/** What exists after an apply, as the root's outputs tell it. */
export type System = z.infer<typeof systemSchema>;
export type SystemWorker = z.infer<typeof workerSchema>;
export type SystemScaling = z.infer<typeof scalingSchema>;
export type SystemService = z.infer<typeof serviceSchema>;

/**
 * The root's outputs as a `System`.
 * @throws SYSTEM_NOT_APPLIED when the folder holds no applied system of ours.
 */
export function readSystem(outputs: Record<string, unknown>, dir: string): System {
  const parsed = systemSchema.safeParse(outputs);
  if (parsed.success) return parsed.data;
  throw new PrefectFargateError(
    "SYSTEM_NOT_APPLIED",
    `The Terraform state of ${dir} does not hold a whole system.`,
    {
      hint: "prefect-fargate deploy",
      details: parsed.error.issues.map((issue) => `output ${issue.path.join(".")}: ${issue.message}`),
    },
  );
}

/**
 * The secret that holds what tasks say to Prefect.
 * @throws SYSTEM_WITHOUT_KEY where the server asks for nothing
 */
export function secretArnOf({ api_key_secret_arn }: Pick<System, "api_key_secret_arn">): string {
  if (api_key_secret_arn) return api_key_secret_arn;
  throw new PrefectFargateError(
    "SYSTEM_WITHOUT_KEY",
    "This system has no key: its config says that the Prefect server asks for none.",
    { hint: 'Set prefect: { auth: "key" } or { auth: "basic" }, then: prefect-fargate deploy' },
  );
}
