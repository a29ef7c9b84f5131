import type { Module } from "#terraform/define-module.ts";
import type { JsonObject } from "#terraform/hcl.ts";
import type { Inputs, Outputs } from "#terraform/module-interface.ts";
import { synthesize } from "#terraform/synthesize.ts";
import type { ModuleTypes } from "./pipeline-access/policies.ts";
import { withApp } from "./with-app.ts";

/** The types that each module consists of, by the module's name, read from what it synthesizes to. */
export function moduleTypes(modules: readonly Module<Inputs, Outputs>[]): Record<string, ModuleTypes> {
  return withApp((app) =>
    Object.fromEntries(
      modules.map((module) => {
        const { resource = {}, data = {} } = synthesize(module.stack(app)).json as Record<string, JsonObject>;
        return [module.interface.name, { resources: Object.keys(resource), data: Object.keys(data) }];
      }),
    ),
  );
}
