import type { ServiceConfig } from "#config/schema.ts";
import { loadBalancerInterface } from "#infra/interfaces/load-balancer.ts";
import { serviceInterface } from "#infra/interfaces/service.ts";
import { CA_VARIABLE, TRUSTED_START } from "#infra/interfaces/trusted-start.ts";
import type { Arguments } from "#terraform/module-interface.ts";
import { byArn, CPU_ARCHITECTURES, capacityShares } from "./capacity-shares.ts";
import { localTable, type Readers } from "./local-table.ts";
import type { NetworkCall } from "./network-call.ts";

type ServiceArguments = Arguments<typeof serviceInterface.inputs>;
type BalancerArguments = Arguments<typeof loadBalancerInterface.inputs>;
type Services = Readonly<Record<string, ServiceConfig>>;
type Balancer = NonNullable<ServiceConfig["loadBalancer"]>;

/** What is known of Prefect when a service is given access to it. */
interface PrefectAccess {
  readonly apiUrl: string;
  /** The variable by which a client says who it is, and its secret; none for a server that asks for nothing. */
  readonly credentials: Readonly<Record<string, string>>;
  /** Of the private authority that signed the API's certificate. */
  readonly caCertificates: string | undefined;
}

/** `local.services`: a service's name is its key, and so part of the addresses of all that belongs to it. */
export function serviceTable(services: Services, { apiUrl, credentials, caCertificates }: PrefectAccess) {
  const always = {
    image: ({ image }) => image,
    port: ({ port }) => port,
    environment: ({ environment, prefectAccess }) => ({
      ...(prefectAccess ? { PREFECT_API_URL: apiUrl } : {}),
      ...(prefectAccess && caCertificates ? { [CA_VARIABLE]: caCertificates } : {}),
      ...environment,
    }),
    secrets: ({ secrets, prefectAccess }) => ({
      ...(prefectAccess ? credentials : {}),
      ...secrets,
    }),
    cpu: ({ cpu }) => cpu,
    memoryMiB: ({ memoryMiB }) => memoryMiB,
    desiredCount: ({ desiredCount }) => desiredCount,
  } satisfies Readers<ServiceConfig, ServiceArguments>;
  const where = {
    // As workers do: a file cannot be brought into a task, but written there. Without a command there is nothing to start it with.
    command: ({ command, prefectAccess }) =>
      command && prefectAccess && caCertificates ? [...TRUSTED_START, ...command] : (command ?? null),
    healthCheckCommand: ({ healthCheckCommand }) => healthCheckCommand ?? null,
    allowedCidrs: ({ allowedCidrs }) => allowedCidrs,
    egressCidrs: ({ egressCidrs }) => egressCidrs,
    cpuArchitecture: ({ architecture }) => CPU_ARCHITECTURES[architecture],
    ephemeralStorageGiB: ({ ephemeralStorageGiB }) => ephemeralStorageGiB,
    capacityProviderStrategy: ({ capacity }) => capacityShares(capacity),
    stopTimeoutSeconds: ({ stopTimeoutSeconds }) => stopTimeoutSeconds,
    policyArns: ({ policyArns }) => byArn(policyArns),
    enableExecuteCommand: ({ exec }) => exec,
  } satisfies Readers<ServiceConfig, ServiceArguments>;
  return localTable(serviceInterface, "services", services, { always, where });
}

/** `local.load_balancers`, by the names of the services behind them; nothing where no service has one. */
export function balancerTable(services: Services, { subnetIds, publicSubnetIds }: NetworkCall) {
  const balancers = Object.fromEntries(
    Object.entries(services).flatMap(([name, { loadBalancer, healthCheckPath }]) =>
      loadBalancer ? [[name, { ...loadBalancer, healthCheckPath }] as const] : [],
    ),
  );
  if (Object.keys(balancers).length === 0) return undefined;
  const always = {
    subnetIds: ({ internal }) => (internal ? subnetIds : (publicSubnetIds ?? subnetIds)),
    allowedCidrs: ({ allowedCidrs }) => allowedCidrs,
  } satisfies Readers<Balancer, BalancerArguments>;
  const where = {
    internal: ({ internal }) => internal,
    certificateArn: ({ certificateArn }) => certificateArn ?? null,
    http: ({ http }) => http,
    healthCheckPath: ({ healthCheckPath }) => healthCheckPath,
    idleTimeoutSeconds: ({ idleTimeoutSeconds }) => idleTimeoutSeconds,
    deletionProtection: ({ deletionProtection }) => deletionProtection,
    accessLogsBucket: ({ accessLogs }) => accessLogs?.bucket ?? null,
    accessLogsPrefix: ({ accessLogs }) => accessLogs?.prefix ?? null,
  } satisfies Readers<Balancer & Pick<ServiceConfig, "healthCheckPath">, BalancerArguments>;
  return localTable(loadBalancerInterface, "load_balancers", balancers, { always, where });
}
