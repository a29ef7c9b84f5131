/**
 * What a config needs, and errors. It loads in milliseconds, as every command loads a config; what does something is in
 * `prefect-fargate/actions`, module interfaces are in `prefect-fargate/modules`, constructs in `prefect-fargate/constructs`.
 */
export { defineConfig } from "#config/define-config.ts";
export type { Config, ConfigInput } from "#config/schema.ts";
export { Cancelled, PrefectFargateError } from "#errors";
