import { allModules } from "#infra/modules.ts";
import { withApp } from "#infra/with-app.ts";
import type { JsonObject } from "#terraform/hcl.ts";
import { synthesize } from "#terraform/synthesize.ts";

/** A module of ours as Terraform JSON, with a look into it by resource type. */
export interface SynthesizedModule {
  readonly json: JsonObject;
  /** Resources of a type, by name. */
  resources(type: string): Record<string, JsonObject>;
  /** The only resource of a type. */
  resource(type: string): JsonObject;
  readonly resourceTypes: readonly string[];
  output(name: string): JsonObject;
}

/** Synthesizes the module of this name. */
export function synthesizedModule(name: string): SynthesizedModule {
  const module = allModules.find((candidate) => candidate.interface.name === name)!;
  return lookInto(withApp((app) => synthesize(module.stack(app)).json));
}

export function lookInto(json: JsonObject): SynthesizedModule {
  const byType = (json.resource ?? {}) as Record<string, Record<string, JsonObject>>;
  const resources = (type: string) => byType[type] ?? {};
  return {
    json,
    resources,
    resource(type) {
      const found = Object.values(resources(type));
      if (found.length !== 1) throw new Error(`There are ${found.length} resources of type ${type}.`);
      return found[0]!;
    },
    resourceTypes: Object.keys(byType).sort(),
    output: (output) => (json.output as Record<string, JsonObject>)[output]!,
  };
}
