import { PrefectFargateError } from "#errors";
import { deriveEnvironment } from "./derive-environment.ts";
import { environmentCollisions } from "./environment-collisions.ts";
import { isPlainObject, type Tree } from "./lay-over.ts";
import { resolveConfig } from "./resolve-config.ts";
import type { Config } from "./schema.ts";
import { count, either } from "./words.ts";

/** Names of the environments that a config describes, in its own order; none when it describes one system. */
export function environmentNames(input: unknown): string[] {
  const environments = isPlainObject(input) ? input.environments : undefined;
  return isPlainObject(environments) ? Object.keys(environments) : [];
}

/**
 * Every environment of a config, by its name, with all defaults filled in. All are checked whichever is wanted: what one
 * of them may be called depends on the others.
 *
 * @throws CONFIG_INVALID, naming the environment; ENVIRONMENTS_COLLIDE
 */
export function resolveEnvironments(
  input: unknown,
  where: string,
  env: Readonly<NodeJS.ProcessEnv>,
): Record<string, Config> {
  const resolved = environmentNames(input).map((name) => {
    const derived = deriveEnvironment(input as Tree, name);
    return [name, resolveConfig(derived, `${where} for ${name}`, env)] as const;
  });
  const collisions = environmentCollisions(resolved);
  if (collisions.length === 0) return Object.fromEntries(resolved);
  const [first, ...more] = collisions;
  throw new PrefectFargateError("ENVIRONMENTS_COLLIDE", first!.sentence, {
    details: more.map(({ sentence }) => sentence),
    hint: `${first!.remedy} in ${where}`,
  });
}

/**
 * The config of one environment.
 *
 * @throws ENVIRONMENT_NEEDED, ENVIRONMENT_UNKNOWN, and what `resolveEnvironments` throws
 */
export function chooseEnvironment(
  input: unknown,
  name: string | undefined,
  where: string,
  env: Readonly<NodeJS.ProcessEnv>,
): Config {
  const names = environmentNames(input);
  if (names.length === 0 && name === undefined) return resolveConfig(input, where, env);
  if (name === undefined)
    throw new PrefectFargateError(
      "ENVIRONMENT_NEEDED",
      `${where} describes ${count(names.length, "environment")}: ${names.join(", ")}.`,
      { hint: `Say which one is meant: --env ${names[0]}` },
    );
  const chosen = names.includes(name) ? resolveEnvironments(input, where, env)[name] : undefined;
  if (chosen !== undefined) return chosen;
  throw new PrefectFargateError("ENVIRONMENT_UNKNOWN", `${where} has no environment ${name}.`, {
    hint:
      names.length > 0
        ? `Choose ${either(names.map((known) => `--env ${known}`))}`
        : `Leave --env out, or add environments: { ${name}: {} } to ${where}`,
  });
}
