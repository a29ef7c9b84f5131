import { homedir } from "node:os";
import { join } from "node:path";
import envPaths from "env-paths";

/**
 * Where what is worth keeping between runs lies: a fetched Terraform, and the rehearsal's Python environments and migrated databases.
 * Everything in it can be deleted at any time.
 *
 * @default the platform's cache folder for prefect-fargate, or PREFECT_FARGATE_CACHE_DIR
 */
export function cacheDirectory(env: NodeJS.ProcessEnv = process.env): string {
  const chosen = env.PREFECT_FARGATE_CACHE_DIR;
  if (!chosen) return envPaths("prefect-fargate", { suffix: "" }).cache;
  return chosen.startsWith("~/") ? join(homedir(), chosen.slice(2)) : chosen;
}
