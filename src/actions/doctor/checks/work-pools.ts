import { PrefectFargateError } from "#errors";
import type { PrefectClient } from "#prefect/client.ts";
import { assertPoolType, poolObstacle } from "#prefect/pool-checks.ts";
import { type Check, type Finding, ok, problemOf, warning } from "../check.ts";

/** Each worker's pool: missing is fine, of another type is not. */
export const workPoolsCheck: Check = {
  name: "work pool",
  async run({ prefect, config }) {
    const client = await prefect().catch(() => undefined);
    if (!client) return undefined;
    const wanted = new Map(Object.values(config.workers).map(({ workPool, type }) => [workPool, type]));
    try {
      return await Promise.all([...wanted].map(([name, type]) => judgePool(client, name, type)));
    } catch (error) {
      if (error instanceof PrefectFargateError && error.code.startsWith("PREFECT_")) return undefined;
      throw error;
    }
  },
};

async function judgePool(prefect: PrefectClient, name: string, type: string): Promise<Finding> {
  const pool = await prefect.readWorkPool(name);
  if (!pool) return ok(`${name} does not exist yet: deploy makes it.`);
  try {
    assertPoolType(pool, type);
  } catch (error) {
    if (error instanceof PrefectFargateError) return problemOf(error);
    throw error;
  }
  const obstacle = poolObstacle(pool);
  if (obstacle === undefined) return ok(`${name} is of type ${pool.type}.`);
  const [sentence, fix] = obstacle.split(/: (?=no run starts)/);
  return warning(`${sentence}.`, fix ?? obstacle);
}
