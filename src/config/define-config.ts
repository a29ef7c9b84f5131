import type { ConfigInput } from "./schema.ts";

/**
 * Gives editors the types while you write `prefect-fargate.config.ts`:
 *
 * ```ts
 * export default defineConfig({ prefect: { version: 3 } });
 * ```
 *
 * It returns its input unchanged; the check comes when a command loads the file.
 */
export const defineConfig = (input: ConfigInput): ConfigInput => input;
