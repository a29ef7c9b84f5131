import type { Construct } from "constructs";
import { ServiceDiscoveryService } from "#aws/service-discovery-service.ts";
import { noteOn } from "#terraform/notes.ts";

/** Seconds for which a name may be remembered: tasks come and go. */
const DNS_TTL_SECONDS = 10;

interface RegistryProps {
  readonly name: string;
  readonly description: string;
  readonly namespaceId: string;
  readonly tags: Record<string, string>;
}

/** A name in Cloud Map under which the tasks of an ECS service are found. */
export function createRegistry(scope: Construct, id: string, props: RegistryProps): ServiceDiscoveryService {
  const { name, description, namespaceId, tags } = props;
  const registry = new ServiceDiscoveryService(scope, id, {
    name,
    description,
    namespaceId,
    dnsConfig: {
      namespaceId,
      routingPolicy: "MULTIVALUE",
      dnsRecords: [{ type: "A", ttl: DNS_TTL_SECONDS }],
    },
    healthCheckCustomConfig: { failureThreshold: 1 },
    forceDestroy: true,
    tags,
  });
  noteOn(registry, "force_destroy", "Registrations of tasks that are still stopping do not hold up destroy.");
  noteOn(
    registry,
    "health_check_custom_config",
    [
      "By this ECS tells Cloud Map that a task is healthy; without it ECS stops the task after some minutes. The provider",
      "warns that AWS ignores the number, but forgets the whole block when the number is left out.",
    ].join("\n"),
  );
  return registry;
}
