/**
 * Of several workers that serve one pool, the one whose flow runs' role, security group and logs stand in the pool's
 * job template: a pool has one template. The first by name, so that no order of a list or a map decides.
 */
export const poolOwner = <W>(
  workers: Readonly<Record<string, W>>,
  workPool: string,
  poolOf: (worker: W) => string,
): string | undefined =>
  Object.keys(workers)
    .filter((name) => poolOf(workers[name]!) === workPool)
    .sort()[0];
