import { prefectApiUrl } from "#config/api-url.ts";
import type { Config } from "#config/schema.ts";
import { createPrefectClient, type PrefectClient } from "#prefect/client.ts";
import type { Patience } from "#prefect/patient-fetch.ts";

/** The Prefect API that a config names, for whoever has the key, or user name and password. */
export const openPrefect = (
  { prefect }: Pick<Config, "prefect">,
  credentials: string | undefined,
  options: { readonly signal?: AbortSignal | undefined; readonly patience?: Partial<Patience> } = {},
): PrefectClient =>
  createPrefectClient({
    ...options,
    apiUrl: prefectApiUrl(prefect),
    version: prefect.version,
    caCertificates: prefect.caCertificates,
    ...(credentials ? { [prefect.auth === "basic" ? "authString" : "apiKey"]: credentials } : {}),
  });
