import type { ConfigInput } from "./schema.ts";

/** What a command line may say in place of the config. */
export interface ConfigOverrides {
  readonly prefect?: Pick<NonNullable<ConfigInput["prefect"]>, "version">;
  /** Takes the place of the whole network: a new one and an existing one have no field in common. */
  readonly network?: ConfigInput["network"];
}

/**
 * Puts overrides over a config as it was written. It has to happen before defaults are filled in: the version of
 * Prefect decides some of them.
 */
export function overrideConfig(input: unknown, { prefect, network }: ConfigOverrides): unknown {
  if (!isObject(input) || (input.prefect !== undefined && !isObject(input.prefect))) return input;
  return {
    ...input,
    ...(prefect && { prefect: { ...input.prefect, ...prefect } }),
    ...(network && { network }),
  };
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
