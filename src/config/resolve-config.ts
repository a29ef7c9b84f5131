import { PrefectFargateError } from "#errors";
import { type Config, configSchema } from "./schema.ts";

/** Checks what a config says and fills every default, or reports all of its problems at once. */
export function resolveConfig(input: unknown, where = "the config"): Config {
  const result = configSchema.safeParse(input);
  if (result.success) return result.data;
  throw new PrefectFargateError("CONFIG_INVALID", `${where} has ${result.error.issues.length} problems.`, {
    details: result.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`),
  });
}
