/**
 * Zones where Fargate does not run tasks, by zone id. A zone's name (`us-east-1c`) means another zone in each
 * account; its id means the same everywhere. AWS lists the zones that do, where not all of a region do; NAT gateways
 * are not offered in these either.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/AWS_Fargate-Regions.html
 */
export const ZONES_WITHOUT_FARGATE = ["use1-az3", "usw1-az2", "apne1-az3", "cnn1-az3", "cnn1-az4"] as const;
