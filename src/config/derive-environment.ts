import { DEFAULT_WORK_POOLS } from "./fill-worker.ts";
import { isPlainObject, layOver, type Tree } from "./lay-over.ts";
import { isPrefectCloud } from "./prefect-address.ts";

/**
 * Where names stand that AWS or Prefect keeps apart, and what they are by default. In an environment each gets the
 * environment's name, so that dev, staging and prod can share an account.
 */
const NAMES: readonly { readonly path: readonly [string, string]; readonly byDefault: string }[] = [
  { path: ["cluster", "name"], byDefault: "prefect-cluster" },
  { path: ["executionRole", "name"], byDefault: "prefect-task-execution-role" },
];
const DEFAULT_VPC = "prefect-ecs-vpc";
const DEFAULT_SECRET = "prefect-api-key";
const DEFAULT_REPOSITORY = "prefect-worker";
const DEFAULT_NAMESPACE = "default.prefect.local";
const ENVIRONMENT_TAG = "Environment";

/**
 * The config of one environment as if it had been written out: the environment's overrides over the rest, and names that
 * the overrides do not give made from those of the rest. Nothing is checked here; what cannot be read is passed on for
 * the schema to complain about.
 */
export function deriveEnvironment(input: Tree, environment: string): Tree {
  const { environments, ...shared } = input;
  const own = (environments as Tree)[environment] ?? {};
  if (!isPlainObject(own)) return { ...shared, environments: { [environment]: own } };
  const merged = layOver(shared, own);
  const workers = workersOf(merged.workers, own.workers, environment);
  return {
    ...merged,
    environment,
    ...Object.fromEntries(
      NAMES.map(({ path: [section, field], byDefault }) => [
        section,
        exists(merged[section])
          ? merged[section]
          : withName(merged[section], own[section], field, (name) => suffixed(name, environment), byDefault),
      ]),
    ),
    discovery: withName(
      merged.discovery,
      own.discovery,
      "namespace",
      (name) => (mentions(name, environment) ? name : `${environment}.${name}`),
      DEFAULT_NAMESPACE,
    ),
    network: networkOf(merged.network, own.network, environment),
    prefect: prefectOf(merged.prefect, own.prefect, environment),
    tags: tagsOf(merged.tags, environment),
    workers,
    ...poolsOf(merged.workPools, workers, environment),
    ...servicesOf(merged.services, environment),
    ...stateOf(merged.state, own.state, environment),
    ...imagesOf(merged.images, own.images, environment),
  };
}

/** `prefect-cluster` is `prefect-cluster-prod`; a name that says its environment stays as it is. */
const suffixed = (name: string, environment: string): string =>
  mentions(name, environment) ? name : `${name}-${environment}`;

const mentions = (name: string, environment: string): boolean =>
  new RegExp(`(^|[^A-Za-z0-9])${environment}($|[^A-Za-z0-9])`).test(name);

/** A section of the config with one of its names derived, unless the environment gives that name itself. */
function withName(
  section: unknown,
  own: unknown,
  field: string,
  derive: (name: string) => string,
  byDefault: string,
): unknown {
  if (section !== undefined && !isPlainObject(section)) return section;
  if (isPlainObject(own) && own[field] !== undefined) return section;
  const name = section?.[field] ?? byDefault;
  return typeof name === "string" ? { ...section, [field]: derive(name) } : section;
}

/** A cluster that exists keeps its name, and may be shared. */
const exists = (section: unknown): boolean => isPlainObject(section) && section.arn !== undefined;

/** A VPC that exists keeps its name. */
function networkOf(network: unknown, own: unknown, environment: string): unknown {
  if (isPlainObject(network) && network.kind === "existing") return network;
  return withName(network, own, "name", (name) => suffixed(name, environment), DEFAULT_VPC);
}

/** A secret that exists may be shared; one that is made is made once for each environment. */
function prefectOf(prefect: unknown, own: unknown, environment: string): unknown {
  if (prefect !== undefined && !isPlainObject(prefect)) return prefect;
  const { apiKey, auth, accountId, apiUrl } = prefect ?? {};
  if (isPlainObject(apiKey) && apiKey.secretArn !== undefined) return prefect;
  const isSelfHosted = accountId === undefined && typeof apiUrl === "string" && !isPrefectCloud(apiUrl);
  if (auth === "none" || (auth === undefined && apiKey === undefined && isSelfHosted)) return prefect;
  const ownKey = isPlainObject(own) ? own.apiKey : undefined;
  const derived = withName(
    apiKey,
    ownKey,
    "secretName",
    (name) => suffixed(name, environment),
    DEFAULT_SECRET,
  );
  return { ...prefect, apiKey: derived };
}

function tagsOf(tags: unknown, environment: string): unknown {
  if (tags !== undefined && !isPlainObject(tags)) return tags;
  const isThere = Object.keys(tags ?? {}).some((key) => key.toLowerCase() === ENVIRONMENT_TAG.toLowerCase());
  return isThere ? tags : { ...tags, [ENVIRONMENT_TAG]: environment };
}

/** Workers and their pools. Overrides call a worker by the name that it has in the rest of the config. */
function workersOf(workers: unknown, own: unknown, environment: string): unknown {
  if (workers === undefined)
    return { [`${environment}-worker`]: { workPool: suffixed(DEFAULT_WORK_POOLS.ecs, environment) } };
  if (!isPlainObject(workers)) return workers;
  const entries = Object.entries(workers).map(([name, worker]) => {
    const ownWorker = isPlainObject(own) ? own[name] : undefined;
    const pooled = withName(
      worker,
      ownWorker,
      "workPool",
      (pool) => suffixed(pool, environment),
      defaultPoolOf(worker),
    );
    return [suffixed(name, environment), pooled] as const;
  });
  return Object.fromEntries(entries);
}

const defaultPoolOf = (worker: unknown): string =>
  DEFAULT_WORK_POOLS[isPlainObject(worker) && worker.type === "process" ? "process" : "ecs"];
/** What is said of pools goes with them to the names that they get. */
function poolsOf(workPools: unknown, workers: unknown, environment: string): { workPools?: unknown } {
  if (!isPlainObject(workPools)) return workPools === undefined ? {} : { workPools };
  const served = new Set(
    Object.values(isPlainObject(workers) ? workers : {}).map((worker) =>
      isPlainObject(worker) ? worker.workPool : undefined,
    ),
  );
  const named = (name: string) =>
    !served.has(name) && served.has(suffixed(name, environment)) ? suffixed(name, environment) : name;
  return {
    workPools: Object.fromEntries(Object.entries(workPools).map(([name, pool]) => [named(name), pool])),
  };
}

/** A repository is made once for each environment that has one. */
const imagesOf = (images: unknown, own: unknown, environment: string): { images?: unknown } =>
  images === undefined
    ? {}
    : {
        images: withName(
          images,
          own,
          "repository",
          (name) => suffixed(name, environment),
          DEFAULT_REPOSITORY,
        ),
      };

/** Overrides call a service by the name that it has in the rest of the config. */
function servicesOf(services: unknown, environment: string): { services?: unknown } {
  if (services === undefined) return {};
  if (!isPlainObject(services)) return { services };
  const entries = Object.entries(services).map(([name, service]) => [suffixed(name, environment), service]);
  return { services: Object.fromEntries(entries) };
}

/** Each environment has a state of its own: the same bucket, another key. */
function stateOf(state: unknown, own: unknown, environment: string): { state?: unknown } {
  if (!isPlainObject(state)) return state === undefined ? {} : { state };
  if (isPlainObject(own) && own.key !== undefined) return { state };
  const key = typeof state.key === "string" ? state.key : undefined;
  return {
    state: {
      ...state,
      key: key ? `${environment}/${key}` : `prefect-fargate/${environment}/terraform.tfstate`,
    },
  };
}
