import { GRANTS } from "./grants.ts";
import { DATA_READS, OWN_READS, readScope } from "./reads.ts";
import type { ScopeName } from "./scope-names.ts";
import type { Scope } from "./scopes.ts";

export interface PipelineStatement extends Partial<Scope> {
  readonly Sid: string;
  readonly Effect: "Allow" | "Deny";
  readonly Action?: string | readonly string[];
  readonly NotAction?: readonly string[];
}

/** The types of a module's resources and data sources. */
export interface ModuleTypes {
  readonly resources: readonly string[];
  readonly data: readonly string[];
}

/** What a module's resources need of the apply role: actions by scope. */
export function neededActions({ resources }: ModuleTypes): Partial<Record<ScopeName, string[]>> {
  const byScope = new Map<ScopeName, Set<string>>();
  for (const type of resources)
    for (const [scope, actions] of Object.entries(grantsOf(type).write) as [ScopeName, readonly string[]][])
      byScope.set(scope, new Set([...(byScope.get(scope) ?? []), ...actions]));
  return Object.fromEntries([...byScope].map(([scope, actions]) => [scope, [...actions].sort()]));
}

/** Everything that a plan of any of these modules reads, and the gate of a deploy. */
export function readActions(modules: readonly ModuleTypes[]): string[] {
  const reads = modules.flatMap(({ resources, data }) => [
    ...resources.flatMap((type) => grantsOf(type).read),
    ...data.flatMap((type) => dataReadsOf(type)),
  ]);
  return [...new Set([...reads, ...OWN_READS])].sort();
}

/** The same as statements, each where it is allowed. */
export function readStatements(
  modules: readonly ModuleTypes[],
  scopes: Readonly<Record<ScopeName, Scope>>,
): PipelineStatement[] {
  const places = Map.groupBy(readActions(modules), readScope);
  return [...places].map(([place, actions]) => ({
    Sid: `Read${sidOf(place)}`,
    Effect: "Allow",
    Action: actions,
    ...scopes[place],
  }));
}

/** Rights in these are spelled out wherever they are given. */
const SPELLED_OUT: readonly string[] = ["iam", "s3", "sts"];

/** Services in which a system has resources; images of flows are pushed to ECR. */
export function grantedServices(): string[] {
  const actions = Object.values(GRANTS).flatMap(({ write, read }) => [
    ...Object.values(write).flat(),
    ...read,
  ]);
  const services = new Set(["ecr", ...actions.map((action) => action.split(":")[0]!)]);
  return [...services].filter((service) => !SPELLED_OUT.includes(service)).sort();
}

/** `new-vpc` is `NewVpc`. */
export const sidOf = (place: string): string =>
  place.replace(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase());

function grantsOf(type: string) {
  const grants = GRANTS[type];
  if (!grants)
    throw new Error(`A pipeline has no rights for ${type}: add them to pipeline-access/grants.ts.`);
  return grants;
}

function dataReadsOf(type: string): readonly string[] {
  const reads = DATA_READS[type];
  if (!reads) throw new Error(`A pipeline may not read ${type}: add it to pipeline-access/reads.ts.`);
  return reads;
}
