import { prefectApiUrl } from "./api-url.ts";
import type { Config } from "./schema.ts";

/** Two environments that would replace or refuse each other's parts. */
export interface Collision {
  readonly sentence: string;
  /** What to do: an imperative sentence without full stop. */
  readonly remedy: string;
}

/** A name as it must be the only one in `scope`. */
interface Claim {
  readonly what: string;
  readonly name: string;
  /** Where in the config it stands. */
  readonly path: string;
  /** Equal scopes mean that the names meet: an account, a region of it, a Prefect workspace. */
  readonly scope: string;
}

type Named = readonly [name: string, config: Config];

/** Every pair of equal names in one place, in the order of the config. */
export function environmentCollisions(environments: readonly Named[]): Collision[] {
  const holders = new Map<string, { readonly environment: string; readonly claim: Claim }>();
  const collisions: Collision[] = [];
  for (const [environment, config] of environments)
    for (const claim of claimsOf(config)) {
      const id = JSON.stringify([claim.what, claim.scope, claim.name]);
      const holder = holders.get(id);
      if (holder === undefined) holders.set(id, { environment, claim });
      else if (holder.environment !== environment)
        collisions.push(collision(holder.environment, environment, claim));
    }
  return collisions;
}

const collision = (one: string, other: string, { what, name, path }: Claim): Collision => ({
  sentence: `The environments ${one} and ${other} would both have ${what} ${name}.`,
  remedy: `Leave ${path} out of environments.${other}, so that it is made from the environment's name, or write another one`,
});

function claimsOf(config: Config): Claim[] {
  const {
    awsAccount: account = "",
    region,
    prefect,
    network,
    cluster,
    executionRole,
    discovery,
    tags,
  } = config;
  const place = `${account} ${region}`;
  const claims: (Claim | undefined)[] = [
    // One that exists can be shared.
    cluster.arn === undefined
      ? { what: "the ECS cluster", name: cluster.name, path: "cluster.name", scope: place }
      : undefined,
    // IAM knows no regions.
    { what: "the role", name: executionRole.name, path: "executionRole.name", scope: account },
    { what: "the namespace", name: discovery.namespace, path: "discovery.namespace", scope: place },
    network.kind === "new"
      ? { what: "the VPC", name: network.name, path: "network.name", scope: place }
      : undefined,
    prefect.apiKey && "secretName" in prefect.apiKey
      ? {
          what: "the secret",
          name: prefect.apiKey.secretName,
          path: "prefect.apiKey.secretName",
          scope: place,
        }
      : undefined,
    config.images && {
      what: "the image repository",
      name: config.images.repository,
      path: "images.repository",
      scope: place,
    },
    environmentTag(tags),
    ...Object.entries(config.workers).flatMap(([worker, { workPool }]): Claim[] => [
      { what: "the worker", name: worker, path: `workers["${worker}"]`, scope: account },
      {
        what: "the work pool",
        name: workPool,
        path: `workers["${worker}"].workPool`,
        scope: prefectApiUrl(prefect),
      },
    ]),
    ...Object.keys(config.services).map(
      (service): Claim => ({
        what: "the service",
        name: service,
        path: `services["${service}"]`,
        scope: account,
      }),
    ),
    stateClaim(config),
  ];
  return claims.filter((claim) => claim !== undefined);
}

function environmentTag(tags: Config["tags"]): Claim | undefined {
  const [key, value] = Object.entries(tags).find(([name]) => name.toLowerCase() === "environment") ?? [];
  return value === undefined
    ? undefined
    : { what: "the tag", name: `${key} = ${value}`, path: `tags.${key}`, scope: "" };
}

/** The state's object, where it is kept in a bucket; local states lie in folders named for their environments. */
function stateClaim({ state }: Config): Claim | undefined {
  return state
    ? { what: "the state", name: `${state.bucket}/${state.key}`, path: "state.key", scope: "" }
    : undefined;
}
