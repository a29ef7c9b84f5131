import {
  DescribeAddressesCommand,
  DescribeInternetGatewaysCommand,
  DescribeVpcsCommand,
  type EC2Client,
} from "@aws-sdk/client-ec2";
import {
  GetAWSDefaultServiceQuotaCommand,
  GetServiceQuotaCommand,
  type ServiceQuotasClient,
} from "@aws-sdk/client-service-quotas";
import { mostTasks } from "#config/fill-worker.ts";
import type { Config } from "#config/schema.ts";
import { awsTrouble, isDenied, withoutIdentity } from "../aws-trouble.ts";
import { type Check, type Finding, ok, problem, warning } from "../check.ts";

/** A limit of the account in a region. https://docs.aws.amazon.com/general/latest/gr/vpc-service.html */
interface Quota {
  readonly what: string;
  readonly serviceCode: string;
  readonly quotaCode: string;
  /** What AWS documents for a new account. */
  readonly usualValue: number;
}

const VPCS: Quota = { what: "VPCs", serviceCode: "vpc", quotaCode: "L-F678F1CE", usualValue: 5 };
const GATEWAYS: Quota = {
  what: "Internet gateways",
  serviceCode: "vpc",
  quotaCode: "L-A4707A72",
  usualValue: 5,
};
const ADDRESSES: Quota = { what: "Elastic IPs", serviceCode: "ec2", quotaCode: "L-0263D0A3", usualValue: 5 };
/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-quotas.html */
const FARGATE: Quota = {
  what: "Fargate vCPUs",
  serviceCode: "fargate",
  quotaCode: "L-3032A538",
  usualValue: 6,
};

/** Limits that end a deploy halfway, or keep flow runs waiting. */
export const quotasCheck: Check = {
  name: "quotas",
  async run({ identity, ec2, quotas, config }) {
    if (!(await identity().catch(() => undefined))) return withoutIdentity;
    try {
      const isNew = config.network.kind === "new" && !(await vpcExists(ec2, config.network.name));
      const network = isNew ? await networkFindings(ec2, quotas) : [];
      return [...network, judgeFargate(await quotaValue(quotas, FARGATE), config)];
    } catch (error) {
      return awsTrouble(error, "comparing quotas with what is used");
    }
  },
};

/** Whether the VPC is deployed already, and needs no room any more. */
async function vpcExists(ec2: EC2Client, name: string): Promise<boolean> {
  const { Vpcs = [] } = await ec2.send(
    new DescribeVpcsCommand({
      Filters: [
        { Name: "tag:Name", Values: [name] },
        { Name: "tag:ManagedBy", Values: ["prefect-fargate"] },
      ],
    }),
  );
  return Vpcs.length > 0;
}

async function networkFindings(ec2: EC2Client, quotas: ServiceQuotasClient): Promise<Finding[]> {
  const used: readonly [Quota, Promise<number>][] = [
    [VPCS, ec2.send(new DescribeVpcsCommand({})).then(({ Vpcs = [] }) => Vpcs.length)],
    [
      GATEWAYS,
      ec2
        .send(new DescribeInternetGatewaysCommand({}))
        .then(({ InternetGateways = [] }) => InternetGateways.length),
    ],
    [ADDRESSES, ec2.send(new DescribeAddressesCommand({})).then(({ Addresses = [] }) => Addresses.length)],
  ];
  return Promise.all(
    used.map(async ([quota, counting]) => judgeRoom(quota, await counting, await quotaValue(quotas, quota))),
  );
}

interface QuotaValue {
  readonly value: number;
  /** False for what AWS documents, where the account's own value cannot be read. */
  readonly isOwn: boolean;
}

/** The account's own value; AWS's documented one where the account has none or it may not be read. */
async function quotaValue(client: ServiceQuotasClient, quota: Quota): Promise<QuotaValue> {
  const { serviceCode: ServiceCode, quotaCode: QuotaCode, usualValue } = quota;
  const ask = async (command: GetServiceQuotaCommand | GetAWSDefaultServiceQuotaCommand) =>
    (await client.send(command as GetServiceQuotaCommand)).Quota?.Value;
  try {
    const value = await ask(new GetServiceQuotaCommand({ ServiceCode, QuotaCode })).catch(
      (error: unknown) => {
        if (error instanceof Error && error.name === "NoSuchResourceException")
          return ask(new GetAWSDefaultServiceQuotaCommand({ ServiceCode, QuotaCode }));
        throw error;
      },
    );
    return value === undefined ? { value: usualValue, isOwn: false } : { value, isOwn: true };
  } catch (error) {
    if (isDenied(error)) return { value: usualValue, isOwn: false };
    throw error;
  }
}

/** One more is needed. */
function judgeRoom(
  { what, serviceCode, quotaCode }: Quota,
  used: number,
  { value, isOwn }: QuotaValue,
): Finding {
  const state = `${used} of ${value} ${what} are used${isOwn ? "" : ` (${USUAL})`}`;
  if (used < value) return ok(`${state}; a new VPC takes one.`);
  const fix = `Remove one, or ask for more: ${increase(serviceCode, quotaCode, value + 5)}`;
  return isOwn
    ? problem(`${state}, and a new VPC takes one.`, fix)
    : warning(`${state}, and a new VPC takes one.`, fix);
}

export function judgeFargate({ value, isOwn }: QuotaValue, { workers }: Pick<Config, "workers">): Finding {
  const all = Object.values(workers);
  const ofWorkers = all.reduce((sum, worker) => sum + (worker.cpu / 1024) * mostTasks(worker), 0);
  // The runs of a `process` worker are inside it; when it is replaced, there are two of it for a while.
  const largestRun = Math.max(
    ...all.map(({ type, cpu, flows }) => (type === "ecs" ? flows.cpu : cpu) / 1024),
  );
  const room = Math.floor((value - ofWorkers) / largestRun);
  const state = `Fargate runs ${value} vCPUs at a time in this account and region${isOwn ? "" : ` (${USUAL})`}`;
  const fix = `Ask for more: ${increase(FARGATE.serviceCode, FARGATE.quotaCode, Math.max(value * 4, ofWorkers * 4))}`;
  if (room < 1)
    return problem(`${state}: too few for the workers' ${ofWorkers} and one flow run of ${largestRun}.`, fix);
  const sentence = `${state}: beside the workers' ${ofWorkers} there is room for ${room} flow runs of ${largestRun}, as far as nothing else runs`;
  return room < FEW_RUNS ? warning(`${sentence}. More are refused, and crash.`, fix) : ok(`${sentence}.`);
}

/** Below this, an ordinary morning of schedules meets the limit. */
const FEW_RUNS = 5;
const USUAL = "AWS's usual limit; this account's own cannot be read";

const increase = (serviceCode: string, quotaCode: string, value: number): string =>
  `aws service-quotas request-service-quota-increase --service-code ${serviceCode} --quota-code ${quotaCode} --desired-value ${Math.ceil(value)}`;
