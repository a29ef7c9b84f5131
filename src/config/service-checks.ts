import { architectureRule } from "./architecture-rule.ts";
import { parseArn, policyPartitionRule, sameRegionRule } from "./arn.ts";
import type { Complaint } from "./complaint.ts";
import { isOnDockerHub } from "./image-reference.ts";
import { leadsNowhere } from "./network-checks.ts";
import type { ConfigFields } from "./schema.ts";

type Report = (complaint: Complaint | undefined, ...path: readonly PropertyKey[]) => void;
type Service = ConfigFields["services"][string];

/** What stands before a service's name in the name of its load balancer. */
export const LOAD_BALANCER_PREFIX = "prefect-";
/** https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html */
const LONGEST_LOAD_BALANCER_NAME = 32;

/** Whether services agree with workers, network and region. Of what is unsound some parts may be missing. */
export function checkServices(config: ConfigFields, report: Report): void {
  for (const [name, service] of Object.entries(config.services ?? {})) {
    if (typeof service !== "object" || service === null) continue;
    const about: Report = (complaint, ...path) => report(complaint, "services", name, ...path);
    about(collision(name, config));
    checkContent(service, config, about);
    if (service.loadBalancer) checkBalancer(name, service.loadBalancer, config, about);
  }
}

/** ECS services, roles, security groups and DNS records are named after workers and services alike. */
function collision(name: string, { workers, executionRole }: ConfigFields): Complaint | undefined {
  const owner = Object.keys(workers ?? {}).find((worker) =>
    [worker, `${worker}-flow`, `${worker}-flows`].includes(name),
  );
  const remedy = "Give one of the two another name";
  if (owner === name) return { aboutKey: true, verdict: "is the name of a worker too", remedy };
  if (owner !== undefined)
    return {
      aboutKey: true,
      verdict: `collides with the worker ${JSON.stringify(owner)}, whose flow runs have a role and a security group of that name`,
      remedy,
    };
  const roles = [`prefect-${name}-task-role`, `prefect-${name}-execution-role`];
  return roles.includes(executionRole?.name)
    ? {
        aboutKey: true,
        verdict: `would have a role called ${executionRole.name}, as the task execution role is called`,
        remedy,
      }
    : undefined;
}

function checkContent(service: Service, config: ConfigFields, about: Report): void {
  const { image, architecture, environment, secrets, policyArns, prefectAccess } = service;
  if (typeof image === "string") {
    if (architecture) about(architectureRule(image, architecture), "image");
    if (leadsNowhere(config.network) && isOnDockerHub(image))
      about(
        {
          verdict: "is on Docker Hub, which tasks cannot reach",
          works: "ECR is reached by an endpoint; a pull-through cache there can fetch it.",
          remedy: "Name an image in ECR",
        },
        "image",
      );
  }
  for (const [variable, arn] of Object.entries(secrets ?? {}))
    if (typeof arn === "string") about(sameRegionRule(arn, config.region), "secrets", variable);
  if (Array.isArray(policyArns))
    for (const [index, arn] of policyArns.entries())
      if (typeof arn === "string") about(policyPartitionRule(arn, config.region), "policyArns", index);
  if (prefectAccess !== true) return;
  for (const [field, names] of Object.entries({ environment, secrets }))
    for (const variable of ["PREFECT_API_URL", "PREFECT_API_KEY"])
      if (names && Object.hasOwn(names, variable))
        about(
          {
            aboutKey: true,
            verdict: "is set by prefectAccess: true",
            remedy: "Remove it, or leave prefectAccess out",
          },
          field,
          variable,
        );
}

function checkBalancer(
  name: string,
  { certificateArn, internal }: NonNullable<Service["loadBalancer"]>,
  { region, network, workers, services }: ConfigFields,
  about: Report,
): void {
  const group = `${name}-alb`;
  if (group in { ...workers, ...services })
    about({
      aboutKey: true,
      verdict: `collides with ${JSON.stringify(group)}: its security group and that of the load balancer would have one name`,
      remedy: "Give one of the two another name",
    });
  const balancer = `${LOAD_BALANCER_PREFIX}${name}`;
  const excess = balancer.length - LONGEST_LOAD_BALANCER_NAME;
  if (excess > 0)
    about({
      aboutKey: true,
      verdict: `is too long for a service with a load balancer, which would be called ${balancer}`,
      works: `AWS allows ${LONGEST_LOAD_BALANCER_NAME} characters, so the service's name can have ${LONGEST_LOAD_BALANCER_NAME - LOAD_BALANCER_PREFIX.length}.`,
      remedy: "Choose a shorter name",
    });
  if (typeof certificateArn === "string" && parseArn(certificateArn)?.service === "acm")
    about(certificateRegion(certificateArn, region), "loadBalancer", "certificateArn");
  about(roomFor(network, internal === true), "loadBalancer");
}

/** A load balancer takes certificates of its own region alone; those for CloudFront are all in us-east-1. */
function certificateRegion(arn: string, region: string): Complaint | undefined {
  const complaint = sameRegionRule(arn, region);
  return complaint && { ...complaint, remedy: `Request a certificate in ${region}, or use one of it` };
}

function roomFor(network: ConfigFields["network"], internal: boolean): Complaint | undefined {
  const works = "A load balancer needs subnets in two zones or more.";
  if (network?.kind === "new") {
    const { availabilityZones: zones, egress } = network;
    if ((Array.isArray(zones) ? zones.length : zones) === 1)
      return {
        verdict: "has but one zone to be in",
        works,
        remedy: "Set network.availabilityZones: 2 or more",
      };
    return internal || egress !== "endpoints" ? undefined : nobodyOutside('network.egress: "endpoints"');
  }
  if (internal || network?.assignPublicIp) return undefined;
  if (network?.publicSubnetIds === undefined) return nobodyOutside("network", "network.publicSubnetIds");
  return network.publicSubnetIds.length < 2
    ? { verdict: "has but one public subnet to be in", works, remedy: "Add one to network.publicSubnetIds" }
    : undefined;
}

const nobodyOutside = (where: string, field?: string): Complaint => ({
  verdict: `needs public subnets, and ${where} has none`,
  remedy: field
    ? `Name them in ${field}, or set internal: true for those inside`
    : "Choose another egress, or set internal: true for those inside",
});
