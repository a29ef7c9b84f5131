import { spotWarnings } from "./capacity-warnings.ts";
import { parseImageReference } from "./image-reference.ts";
import type { Config } from "./schema.ts";

const EVERYBODY = "0.0.0.0/0";

/** What a service can do and may not be meant to. */
export function serviceWarnings({ services }: Config): string[] {
  return Object.entries(services).flatMap(([name, { image, loadBalancer, capacity, desiredCount }]) => {
    const where = `services["${name}"]`;
    const { tag, digest } = parseImageReference(image) ?? {};
    return [
      ...(tag === undefined && digest === undefined
        ? [`${where}: ${image} has no tag, so every start may run another image.`]
        : []),
      ...spotWarnings(`${where}.capacity`, capacity, desiredCount),
      ...(loadBalancer ? balancerWarnings(`${where}.loadBalancer`, loadBalancer) : []),
    ];
  });
}

type Balancer = NonNullable<Config["services"][string]["loadBalancer"]>;

function balancerWarnings(where: string, { http, allowedCidrs, internal }: Balancer): string[] {
  const open = allowedCidrs.includes(EVERYBODY) && !internal;
  return [
    ...(http
      ? [
          `${where} speaks plain HTTP: everybody on the way can read and change what is sent, keys and passwords too.`,
        ]
      : []),
    ...(open
      ? [`${where}.allowedCidrs lets the whole internet connect: the service itself must tell who is who.`]
      : []),
  ];
}
