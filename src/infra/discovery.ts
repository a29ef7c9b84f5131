import { Construct } from "constructs";
import { ServiceDiscoveryPrivateDnsNamespace } from "#aws/service-discovery-private-dns-namespace.ts";

export interface DiscoveryProps {
  readonly namespace: string;
  readonly vpcId: string;
  readonly tags: Record<string, string>;
}

/** A private DNS namespace. */
export class Discovery extends Construct {
  readonly namespace: ServiceDiscoveryPrivateDnsNamespace;

  constructor(scope: Construct, id: string, { namespace, vpcId, tags }: DiscoveryProps) {
    super(scope, id);
    this.namespace = new ServiceDiscoveryPrivateDnsNamespace(
      this,
      "service_discovery_private_dns_namespace",
      {
        name: namespace,
        vpc: vpcId,
        description: "Prefect workers register here.",
        tags,
      },
    );
  }
}
