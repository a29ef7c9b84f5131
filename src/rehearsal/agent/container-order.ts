import type { ContainerCondition, ContainerDefinition } from "@aws-sdk/client-ecs";

export interface Dependency {
  readonly containerName: string;
  readonly condition: ContainerCondition;
}

/** What must have happened to other containers before this one starts. */
export function dependencies(container: ContainerDefinition): Dependency[] {
  return (container.dependsOn ?? []).map((dependency) => ({
    containerName: dependency.containerName ?? "",
    condition: dependency.condition ?? "START",
  }));
}

/** The containers that started because of this one and therefore stop before it. */
export function dependents(containerName: string, containers: readonly ContainerDefinition[]): string[] {
  return containers
    .filter((other) => dependencies(other).some((dependency) => dependency.containerName === containerName))
    .map((other) => other.name ?? "");
}

/**
 * A sentence when containers wait for one another in a circle or for one that is not there: such a task would never
 * start. ECS refuses the definition; the emulator may not.
 */
export function orderProblem(containers: readonly ContainerDefinition[]): string | undefined {
  const byName = new Map(containers.map((container) => [container.name ?? "", container]));
  const settled = new Set<string>();
  const visit = (name: string, path: readonly string[]): string | undefined => {
    if (settled.has(name)) return undefined;
    if (path.includes(name)) return `containers wait for one another: ${[...path, name].join(" → ")}`;
    const container = byName.get(name);
    if (!container)
      return `container ${path.at(-1)} depends on ${name}, which the task definition does not have`;
    for (const { containerName } of dependencies(container)) {
      const problem = visit(containerName, [...path, name]);
      if (problem) return problem;
    }
    settled.add(name);
    return undefined;
  };
  for (const name of byName.keys()) {
    const problem = visit(name, []);
    if (problem) return problem;
  }
  return undefined;
}
