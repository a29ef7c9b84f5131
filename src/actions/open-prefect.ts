import { prefectApiUrl } from "#config/api-url.ts";
import type { Config } from "#config/schema.ts";
import { createPrefectClient, type PrefectClient } from "#prefect/client.ts";

/** The Prefect API that a config names, for whoever has the key. */
export const openPrefect = (
  { prefect }: Pick<Config, "prefect">,
  apiKey: string | undefined,
  signal?: AbortSignal,
): PrefectClient =>
  createPrefectClient({
    apiUrl: prefectApiUrl(prefect),
    version: prefect.version,
    ...(apiKey ? { apiKey } : {}),
    ...(signal ? { signal } : {}),
  });
