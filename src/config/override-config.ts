import type { ConfigInput } from "./schema.ts";

/** What a command line may say in place of the config. */
export interface ConfigOverrides {
  readonly prefect?: Pick<NonNullable<ConfigInput["prefect"]>, "version">;
  /** Takes the place of the whole network: a new one and an existing one have no field in common. */
  readonly network?: ConfigInput["network"];
  /** The image of workers that need one of their own and have none yet: it is about to be built. */
  readonly missingImage?: string;
}

/**
 * Puts overrides over a config as it was written. It has to happen before defaults are filled in: the version of
 * Prefect decides some of them.
 */
export function overrideConfig(input: unknown, { prefect, network, missingImage }: ConfigOverrides): unknown {
  if (!isObject(input) || (input.prefect !== undefined && !isObject(input.prefect))) return input;
  return {
    ...input,
    ...(prefect && { prefect: { ...input.prefect, ...prefect } }),
    ...(network && { network }),
    ...(missingImage && isObject(input.workers) && { workers: withImages(input.workers, missingImage) }),
  };
}

const withImages = (workers: Record<string, unknown>, image: string): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(workers).map(([name, worker]) =>
      isObject(worker) && worker.type === "process" && worker.image === undefined
        ? [name, { ...worker, image }]
        : [name, worker],
    ),
  );

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
