/**
 * Zones in which Fargate does not run Linux tasks, by zone id: AWS lists the zones that do, where not all of a region
 * do. A zone's name (`us-west-1b`) means another zone in each account; its id means the same everywhere.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/AWS_Fargate-Regions.html
 */
export const ZONES_WITHOUT_FARGATE = ["usw1-az2", "apne1-az3", "cnn1-az3", "cnn1-az4"] as const;

/**
 * Zones that are not chosen. In use1-az3 Fargate has no Windows tasks, and newer services are missing: it is not
 * refused to those who name it, but nobody is brought there.
 */
export const ZONES_NOT_CHOSEN = ["use1-az3"] as const;
export const ZONES_TO_AVOID = [...ZONES_NOT_CHOSEN, ...ZONES_WITHOUT_FARGATE] as const;
