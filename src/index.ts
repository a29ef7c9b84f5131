export { defineConfig } from "#config/define-config.ts";
export type { Config, ConfigInput } from "#config/schema.ts";
export { Cancelled, PrefectFargateError } from "#errors";
