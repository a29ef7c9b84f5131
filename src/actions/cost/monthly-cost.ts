import type { Config } from "#config/schema.ts";
import type { PlannedResource } from "#engine/plan.ts";
import { fargateHour } from "./fargate-hour.ts";
import { AWS_PRICES, HOURS_PER_MONTH, PRICES, PRICES_READ_ON, PRICES_REGION, type Price } from "./prices.ts";

/** What one kind of thing costs in a month of 730 hours. */
export interface CostLine {
  /** `NAT gateway`, `worker dev-worker: 1 × 0.5 vCPU, 1 GB` */
  readonly what: string;
  readonly amount: number;
  readonly usdPerMonth: number;
  /** Depends on use that nobody knows before. */
  readonly isEstimate: boolean;
  readonly prices: readonly Price[];
}

export interface MonthlyCost {
  readonly lines: readonly CostLine[];
  readonly usdPerMonth: number;
  /** What is paid for by use on top: sentences. */
  readonly byUse: readonly string[];
  readonly region: string;
  readonly prices: {
    readonly region: string;
    readonly readOn: string;
    readonly official: string;
    /** The config's region is another: its prices differ by some percent. */
    readonly isOtherRegion: boolean;
  };
}

/** What a worker logs in a month, with some hundred flow runs a day. */
const LOG_GB_PER_WORKER = 0.25;
/** Application Auto Scaling makes one above the target and one below. */
const ALARMS_OF_A_TARGET = 2;
/** 128 MB for 55 s of every minute. */
const SCALER_GB_SECONDS = 0.125 * 55 * 60 * HOURS_PER_MONTH;
/** What the scaler tells of each worker: src/scaling/lambda/report.ts. */
const METRICS_PER_WORKER = 7;
/** An image of Prefect as it travels, compressed. https://github.com/PrefectHQ/prefect/issues/5388 */
const IMAGE_GB = 0.2;

/**
 * What the planned resources cost in a month in which nobody runs a flow, and what flow runs add. Pure: the prices are a table
 * with date and source, in dollars of us-east-1, without free tiers.
 */
export function monthlyCost(resources: readonly PlannedResource[], config: Config): MonthlyCost {
  const lines = [
    ...workerLines(resources),
    line("NAT gateway", ofType(resources, "aws_nat_gateway").length, PRICES.natGateway),
    line("load balancer", ofType(resources, "aws_lb").length, PRICES.loadBalancer),
    line("public IPv4 address", publicAddresses(resources), PRICES.publicAddress),
    line("interface endpoint, per zone", endpointZones(resources), PRICES.interfaceEndpoint),
    line("secret", ofType(resources, "aws_secretsmanager_secret").length, PRICES.secret),
    line(
      "private DNS zone",
      ofType(resources, "aws_service_discovery_private_dns_namespace").length,
      PRICES.hostedZone,
    ),
    line(
      "alarm",
      ofType(resources, "aws_cloudwatch_metric_alarm").length +
        ALARMS_OF_A_TARGET * ofType(resources, "aws_appautoscaling_policy").length,
      PRICES.alarm,
    ),
    ...scalerLines(ofType(resources, "aws_lambda_function").length, config),
    logLine(ofType(resources, "aws_ecs_service").length),
  ].filter(({ amount }) => amount > 0);
  return {
    lines,
    usdPerMonth: cents(lines.reduce((sum, { usdPerMonth }) => sum + usdPerMonth, 0)),
    byUse: byUse(resources, config),
    region: config.region,
    prices: {
      region: PRICES_REGION,
      readOn: PRICES_READ_ON,
      official: AWS_PRICES,
      isOtherRegion: config.region !== PRICES_REGION,
    },
  };
}

function line(what: string, amount: number, price: Price): CostLine {
  const perMonth = price.usd * (price.per === "hour" ? HOURS_PER_MONTH : 1);
  return { what, amount, usdPerMonth: cents(amount * perMonth), isEstimate: false, prices: [price] };
}

/** Without what an account has free, which is all of the first and a worker's share of the second. */
function scalerLines(functions: number, { workers }: Config): CostLine[] {
  if (functions === 0) return [];
  const told = Object.values(workers).filter(
    ({ type, scaling }) => type === "process" || scaling.mode === "queue",
  ).length;
  return [
    line("scaler, looking every 10 s, in GB-seconds", functions * SCALER_GB_SECONDS, PRICES.lambdaArm),
    line("metric of the scaler", told * METRICS_PER_WORKER, PRICES.metric),
  ];
}

const logLine = (workers: number): CostLine => ({
  what: `logs, at ${LOG_GB_PER_WORKER} GB a worker`,
  amount: workers,
  usdPerMonth: cents(workers * LOG_GB_PER_WORKER * PRICES.logs.usd),
  isEstimate: true,
  prices: [PRICES.logs],
});

/** Each service by the size and the processor of its task definition. */
function workerLines(resources: readonly PlannedResource[]): CostLine[] {
  return ofType(resources, "aws_ecs_service").map(({ address, values }) => {
    const module = address.slice(0, address.lastIndexOf(".aws_ecs_service."));
    const definition = ofType(resources, "aws_ecs_task_definition").find((other) =>
      other.address.startsWith(`${module}.aws_ecs_task_definition.`),
    );
    const size = {
      cpu: Number(definition?.values.cpu ?? 0),
      memoryMiB: Number(definition?.values.memory ?? 0),
      isArm: architectureOf(definition) === "ARM64",
    };
    const amount = Number(values.desired_count ?? 0);
    const { usd, prices } = fargateHour(size);
    const shown = `${size.cpu / 1024} vCPU, ${size.memoryMiB / 1024} GB${size.isArm ? ", ARM" : ""}`;
    return {
      what: `${module.startsWith("module.service[") ? "service" : "worker"} ${values.name ?? ""}: ${amount} × ${shown}`,
      amount,
      usdPerMonth: cents(amount * usd * HOURS_PER_MONTH),
      isEstimate: false,
      prices,
    };
  });
}

function architectureOf(definition: PlannedResource | undefined): unknown {
  const platform = definition?.values.runtime_platform;
  return Array.isArray(platform) ? platform[0]?.cpu_architecture : undefined;
}

/** Elastic ones, one for each task that gets its own, and one of a load balancer in every zone. */
function publicAddresses(resources: readonly PlannedResource[]): number {
  const tasks = ofType(resources, "aws_ecs_service").map(({ values }) => {
    const [network] = Array.isArray(values.network_configuration) ? values.network_configuration : [];
    return network?.assign_public_ip === true ? Number(values.desired_count ?? 0) : 0;
  });
  const zones = zonesOf(resources);
  const balancers = ofType(resources, "aws_lb")
    .filter(({ values }) => values.internal !== true)
    .map(({ values }) => (Array.isArray(values.subnets) ? values.subnets.length : zones));
  return (
    ofType(resources, "aws_eip").length + [...tasks, ...balancers].reduce((sum, amount) => sum + amount, 0)
  );
}

/** AWS bills an interface endpoint for each zone that it is in. */
function endpointZones(resources: readonly PlannedResource[]): number {
  const zones = zonesOf(resources);
  return ofType(resources, "aws_vpc_endpoint")
    .filter(({ values }) => values.vpc_endpoint_type === "Interface")
    .reduce(
      (sum, { values }) => sum + (Array.isArray(values.subnet_ids) ? values.subnet_ids.length : zones),
      0,
    );
}

/** Subnets that are still to be made have no ids to be counted. */
const zonesOf = (resources: readonly PlannedResource[]): number =>
  new Set(ofType(resources, "aws_subnet").map(({ values }) => values.availability_zone)).size;

function byUse(resources: readonly PlannedResource[], { workers }: Config): string[] {
  const flows = Object.entries(workers).map(
    ([
      name,
      {
        flows: { cpu, memoryMiB },
      },
    ]) => {
      const { usd } = fargateHour({ cpu, memoryMiB, isArm: false });
      return `Each hour of a flow run of ${name} costs $${usd.toFixed(3)} (${cpu / 1024} vCPU, ${memoryMiB / 1024} GB).`;
    },
  );
  const hasNat = ofType(resources, "aws_nat_gateway").length > 0;
  const hasBalancer = ofType(resources, "aws_lb").length > 0;
  const start = IMAGE_GB * PRICES.natTraffic.usd;
  return [
    ...flows,
    ...(hasBalancer
      ? [
          `A load balancer costs $${PRICES.loadBalancerUnit.usd} an hour on top for each unit of traffic (25 new connections a second, 3000 open ones or 1 GB an hour).`,
        ]
      : []),
    ...(hasNat
      ? [
          `Traffic through the NAT gateway costs $${PRICES.natTraffic.usd} a GB: each start of a task from Docker Hub's image about $${start.toFixed(3)}.`,
        ]
      : []),
  ];
}

const ofType = (resources: readonly PlannedResource[], type: string) =>
  resources.filter((resource) => resource.type === type);

const cents = (usd: number): number => Math.round(usd * 100) / 100;
