import { spotWarnings } from "./capacity-warnings.ts";
import { parseImageReference } from "./image-reference.ts";
import type { Config } from "./schema.ts";

const EVERYBODY = "0.0.0.0/0";

/** What a service can do and may not be meant to. */
export function serviceWarnings({ services, prefect }: Config): string[] {
  return Object.entries(services).flatMap(([name, service]) => {
    const { image, loadBalancer, capacity, desiredCount, prefectAccess, command } = service;
    const where = `services["${name}"]`;
    const { tag, digest } = parseImageReference(image) ?? {};
    return [
      ...(tag === undefined && digest === undefined
        ? [`${where}: ${image} has no tag, so every start may run another image.`]
        : []),
      ...(prefectAccess && prefect.caCertificates && command === undefined
        ? [
            `${where} has no command to start with prefect.caCertificates: the image itself must trust them, from PREFECT_FARGATE_CA.`,
          ]
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
