import { prefectApiUrl } from "#config/api-url.ts";
import type { Config, PrefectConfig } from "#config/schema.ts";
import { LOAD_BALANCER_PREFIX } from "#config/service-checks.ts";
import { loadBalancerInterface } from "#infra/interfaces/load-balancer.ts";
import { serviceInterface } from "#infra/interfaces/service.ts";
import {
  callModule,
  type ModuleCall,
  type Outputs,
  type Reference,
  reference,
} from "#terraform/module-interface.ts";
import { soleExpression } from "#terraform/template.ts";
import type { ClusterCall } from "./cluster-call.ts";
import type { NetworkCall } from "./network-call.ts";
import type { RoleRules } from "./network-extras.ts";
import { balancerTable, serviceTable } from "./services-local.ts";

interface Surroundings {
  readonly network: NetworkCall;
  readonly cluster: ClusterCall;
  readonly namespaceId: string;
  readonly prefect: PrefectConfig;
  readonly secretArn: string | undefined;
  /** Every worker's module, by name. */
  readonly workers: Reference;
  readonly rules: RoleRules;
}

export interface ServiceCalls {
  /** `local.load_balancers` and `local.services`. */
  readonly locals: readonly string[];
  readonly calls: readonly ModuleCall<Outputs>[];
}

/** Workers and flow runs are who finds a service by its name: they may connect, on its port. */
const callersIn = (workers: Reference): Reference => {
  const all = soleExpression(workers);
  return reference(
    `merge({ for name, worker in ${all} : name => worker.security_group_id }, { for name, worker in ${all} : "\${name}-flows" => worker.flow_security_group_id })`,
  );
};

/** The one of the service's own name, where there is one. Keys are known before anything exists. */
const OWN_BALANCER = reference(
  "{ for name, balancer in module.load_balancer : name => { target_group_arn = balancer.target_group_arn, security_group_id = balancer.security_group_id } if name == each.key }",
);

/** Services beside the workers, each in front of it its load balancer where it has one; nothing where there are none. */
export function callServices(config: Pick<Config, "services" | "logs">, around: Surroundings): ServiceCalls {
  const services = Object.entries(config.services);
  if (services.length === 0) return { locals: [], calls: [] };
  const { network, cluster, prefect, secretArn, rules } = around;
  const balancers = balancerTable(config.services, network);
  const variable = prefect.auth === "basic" ? "PREFECT_API_AUTH_STRING" : "PREFECT_API_KEY";
  const credentials = secretArn === undefined ? {} : { [variable]: secretArn };
  const table = serviceTable(config.services, {
    apiUrl: prefectApiUrl(prefect),
    credentials,
    caCertificates: prefect.caCertificates,
  });
  const service = callModule(
    serviceInterface,
    "service",
    {
      name: reference("each.key"),
      clusterArn: cluster.readyArn,
      vpcId: network.vpcId,
      subnetIds: network.subnetIds,
      assignPublicIp: network.assignPublicIp,
      namespaceId: around.namespaceId,
      ...(balancers ? { loadBalancers: OWN_BALANCER } : {}),
      callers: callersIn(around.workers),
      logRetentionDays: config.logs.retentionDays,
      ...rules,
      ...table.values,
    },
    { forEach: reference("local.services") },
  );
  if (!balancers) return { locals: [table.local], calls: [service] };
  const balancer = callModule(
    loadBalancerInterface,
    "load_balancer",
    {
      name: reference(`"${LOAD_BALANCER_PREFIX}\${each.key}"`),
      vpcId: network.vpcId,
      ...balancers.values,
    },
    { forEach: reference("local.load_balancers") },
  );
  return { locals: [balancers.local, table.local], calls: [balancer, service] };
}
