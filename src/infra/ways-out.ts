/**
 * How subnets reach the internet: through an Internet gateway, which serves only tasks with public addresses; through
 * anything else (NAT, a transit gateway, a firewall); or not at all.
 */
export const WAYS_OUT = ["internet-gateway", "private", "none"] as const;
