/** How often memory is looked at. A process can overshoot for that long before it is killed. */
const LOOK_EVERY_MS = 1000;
const BYTES_PER_MIB = 1024 ** 2;

export interface WatchedContainer {
  /** The container's own hard limit, within the task's. */
  readonly memoryMiB: number | undefined;
  memoryBytes(): Promise<number | undefined>;
  kill(): void;
}

/**
 * Keeps containers to their memory limits where the system lets us see what they use. A container above its own
 * limit is killed; when all together are above the task's, the largest is. The kernel would pick one process of
 * it; we end the whole container, which is how ECS reports it in either case.
 */
export function watchMemory(
  taskMemoryMiB: number | undefined,
  containers: readonly WatchedContainer[],
): { stop(): void } {
  const limited = taskMemoryMiB !== undefined || containers.some(({ memoryMiB }) => memoryMiB !== undefined);
  if (!limited) return { stop: () => {} };
  let looking = false;
  const timer = setInterval(async () => {
    if (looking) return;
    looking = true;
    const used = await Promise.all(
      containers.map((container) => container.memoryBytes().catch(() => undefined)),
    );
    for (const container of overLimit(containers, used, taskMemoryMiB)) container.kill();
    looking = false;
  }, LOOK_EVERY_MS);
  return { stop: () => clearInterval(timer) };
}

/** Which containers must go. What cannot be measured counts as nothing. */
export function overLimit<Container extends Pick<WatchedContainer, "memoryMiB">>(
  containers: readonly Container[],
  usedBytes: readonly (number | undefined)[],
  taskMemoryMiB: number | undefined,
): Container[] {
  const measured = containers.map((container, index) => ({ container, bytes: usedBytes[index] ?? 0 }));
  const over = measured.filter(({ container, bytes }) => bytes > mib(container.memoryMiB));
  if (over.length > 0) return over.map(({ container }) => container);
  const total = measured.reduce((sum, { bytes }) => sum + bytes, 0);
  const largest = measured.toSorted((a, b) => b.bytes - a.bytes)[0];
  return largest && total > mib(taskMemoryMiB) ? [largest.container] : [];
}

function mib(limit: number | undefined): number {
  return limit === undefined ? Number.POSITIVE_INFINITY : limit * BYTES_PER_MIB;
}
