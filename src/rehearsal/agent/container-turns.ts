import { dependencies, dependents } from "./container-order.ts";
import type { ContainerRun } from "./container-run.ts";
import { cannotStartContainer } from "./stop-reasons.ts";

/**
 * Resolves when everything this container waits for has happened.
 * @throws TaskStartFailure when it cannot happen any more
 */
export async function itsTurn(container: ContainerRun, all: readonly ContainerRun[]): Promise<void> {
  const waits = dependencies(container.definition).map(async ({ containerName, condition }) => {
    const other = byName(all, containerName);
    const happened = await has(other, condition);
    if (!happened) {
      throw cannotStartContainer(
        `container ${container.name} depends on ${containerName} with condition ${condition}, which ended with exit code ${other.exitCode}`,
      );
    }
  });
  await Promise.all(waits);
}

/** False when the container ended in a way that rules the condition out. */
async function has(container: ContainerRun, condition: string): Promise<boolean> {
  const { started, healthy, ended } = container;
  switch (condition) {
    case "HEALTHY":
      return Promise.race([healthy.promise.then(() => true), ended.promise.then(() => false)]);
    case "COMPLETE":
      return ended.promise.then(() => true);
    case "SUCCESS":
      return ended.promise.then((exitCode) => exitCode === 0);
    default:
      return started.promise.then(() => true);
  }
}

/** All at once, except that a container outlives those that depend on it. Resolves when nothing of any is left. */
export async function stopAll(containers: readonly ContainerRun[]): Promise<void> {
  const definitions = containers.map(({ definition }) => definition);
  const stops = new Map<ContainerRun, Promise<void>>();
  const stop = (container: ContainerRun): Promise<void> => {
    const known = stops.get(container);
    if (known) return known;
    const before = dependents(container.name, definitions).map((name) => stop(byName(containers, name)));
    const stopping = Promise.all(before).then(() => container.stop());
    stops.set(container, stopping);
    return stopping;
  };
  await Promise.all(containers.map(stop));
}

function byName(containers: readonly ContainerRun[], name: string): ContainerRun {
  return containers.find((container) => container.name === name)!;
}
