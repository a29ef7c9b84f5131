import type { Config, ServiceConfig } from "#config/schema.ts";
import { parseImageReference, prefectEnvironment } from "./agent/images.ts";

/** Where the rehearsal's stand-ins for Prefect Cloud are. */
export interface RehearsedPrefect {
  readonly apiUrl: string;
  readonly accountId: string;
  readonly workspaceId: string;
}

/** What a rehearsal sets in each worker beyond the user's config, and nothing else differs. */
const QUICK_WORKER = {
  // A worker looks for runs every 10 s by default, and people wait for a rehearsal.
  PREFECT_WORKER_QUERY_SECONDS: "1",
  // And sends logs every 2 s, as the worker's flow runs do with the settings that they get from it.
  PREFECT_LOGGING_TO_API_BATCH_INTERVAL: "0.2",
  // Every task has its own network on Fargate; here they share one, which must not be reachable from outside.
  PREFECT_WORKER_WEBSERVER_HOST: "127.0.0.1",
};

/** The user's config with the rehearsal's endpoints in it. */
export function rehearsalConfig(
  config: Config,
  prefect: RehearsedPrefect,
  healthPorts: readonly number[],
): Config {
  const { version } = config.prefect;
  // The rehearsal's Prefect is a workspace behind a Cloud's door, whatever the config's is.
  const rehearsed = { ...config.prefect, ...prefect, auth: "key" as const, caCertificates: undefined };
  const workers = Object.entries(config.workers).map(([name, worker], index) => {
    const environment = {
      ...worker.environment,
      ...QUICK_WORKER,
      PREFECT_WORKER_WEBSERVER_PORT: String(healthPorts[index]),
      // Prefect 3 takes a server for its Cloud by this address, and then authenticates its websockets too.
      ...(version === 3 ? { PREFECT_CLOUD_API_URL: prefect.apiUrl } : {}),
    };
    return [name, { ...worker, environment }] as const;
  });
  const services = Object.entries(config.services).map(
    ([name, service]) => [name, rehearsedService(service)] as const,
  );
  const { apiKey = { secretName: "prefect-api-key" } } = config.prefect;
  return {
    ...config,
    // The emulated account is another one, and empty: what exists in the config's own is made anew.
    awsAccount: undefined,
    cluster: { name: config.cluster.name },
    // Its state is nobody else's.
    state: undefined,
    prefect: {
      ...rehearsed,
      apiKey: "secretName" in apiKey ? apiKey : { secretName: secretNameOf(apiKey.secretArn) },
    },
    workers: Object.fromEntries(workers),
    services: Object.fromEntries(services),
  };
}

/** Whether a service can run here: there are no images but Prefect's own, and no secrets but the key. */
export const isRehearsable = ({ image, secrets }: Pick<ServiceConfig, "image" | "secrets">): boolean =>
  Object.keys(secrets).length === 0 && prefectEnvironment(parseImageReference(image)) !== undefined;

/** Everything is made; what cannot run here runs no task. A load balancer that cannot be deleted would stay. */
function rehearsedService(service: ServiceConfig): ServiceConfig {
  const { loadBalancer, desiredCount } = service;
  return {
    ...service,
    desiredCount: isRehearsable(service) ? desiredCount : 0,
    ...(loadBalancer ? { loadBalancer: { ...loadBalancer, deletionProtection: false } } : {}),
  };
}

/** An existing secret is made anew in the emulated AWS, under its name: what follows the last colon, less AWS's random suffix. */
const secretNameOf = (arn: string): string => (arn.split(":").at(-1) ?? arn).replace(/-[A-Za-z0-9]{6}$/, "");
