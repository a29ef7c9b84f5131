import type { Config } from "./schema.ts";

/**
 * What a system is called among all others of an account: its cluster's name, which is the only one in a region, and the
 * region, as roles and buckets know none. It is the value of the tag by which everything of a system is found again.
 */
export const systemName = ({ region, cluster }: Pick<Config, "region" | "cluster">): string =>
  `${region}/${cluster.name}`;
