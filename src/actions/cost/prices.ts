/** A price of AWS's in us-east-1, without taxes, discounts and free tiers. */
export interface Price {
  readonly usd: number;
  readonly per: "hour" | "month" | "GB" | "vCPU hour" | "GB hour" | "GB second";
  /** Where it was read. */
  readonly source: string;
}

/** When all of them were read. */
export const PRICES_READ_ON = "2026-11-23";
export const PRICES_REGION = "us-east-1";
/** Where AWS itself says what it takes, also in other regions. */
export const AWS_PRICES = "https://aws.amazon.com/pricing/";

export const HOURS_PER_MONTH = 730;

const FARGATE = "https://www.vantage.sh/blog/fargate-pricing";
const NAT = "https://cloudburn.io/blog/aws-nat-gateway-pricing";

const LOAD_BALANCING = "https://aws.amazon.com/elasticloadbalancing/pricing/";

export const PRICES = {
  fargateCpu: { usd: 0.04048, per: "vCPU hour", source: FARGATE },
  fargateMemory: { usd: 0.004445, per: "GB hour", source: FARGATE },
  fargateArmCpu: { usd: 0.03238, per: "vCPU hour", source: FARGATE },
  fargateArmMemory: { usd: 0.00356, per: "GB hour", source: FARGATE },
  natGateway: { usd: 0.045, per: "hour", source: NAT },
  natTraffic: { usd: 0.045, per: "GB", source: NAT },
  loadBalancer: { usd: 0.0225, per: "hour", source: LOAD_BALANCING },
  loadBalancerUnit: { usd: 0.008, per: "hour", source: LOAD_BALANCING },
  publicAddress: { usd: 0.005, per: "hour", source: NAT },
  interfaceEndpoint: { usd: 0.01, per: "hour", source: "https://aws.amazon.com/privatelink/pricing/" },
  secret: { usd: 0.4, per: "month", source: "https://aws.amazon.com/secrets-manager/pricing/" },
  hostedZone: { usd: 0.5, per: "month", source: "https://aws.amazon.com/route53/pricing/" },
  logs: { usd: 0.5, per: "GB", source: "https://aws.amazon.com/cloudwatch/pricing/" },
  lambdaArm: { usd: 0.0000133334, per: "GB second", source: "https://aws.amazon.com/lambda/pricing/" },
  metric: { usd: 0.3, per: "month", source: "https://aws.amazon.com/cloudwatch/pricing/" },
  alarm: { usd: 0.1, per: "month", source: "https://aws.amazon.com/cloudwatch/pricing/" },
} as const satisfies Record<string, Price>;
