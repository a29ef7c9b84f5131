import { readFileSync } from "node:fs";
import { packagePath } from "#package";
import { moduleFiles } from "#terraform/module-files.ts";
import { synthesize } from "#terraform/synthesize.ts";
import { allModules } from "./modules.ts";
import { withApp } from "./with-app.ts";

/** Files that a module ships beside its HCL: path in the module, path in this package. */
const SHIPPED: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  worker: {
    "templates/ecs-2.json": "src/prefect/templates/ecs-2.json",
    "templates/ecs-3.json": "src/prefect/templates/ecs-3.json",
  },
  "process-worker": {
    "templates/process-2.json": "src/prefect/templates/process-2.json",
    "templates/process-3.json": "src/prefect/templates/process-3.json",
  },
};

/** Every file under modules/, by its path there. */
export function renderModules(): Record<string, string> {
  return withApp((app) => {
    const files: Record<string, string> = {};
    for (const module of allModules) {
      const { name } = module.interface;
      for (const [file, text] of Object.entries(moduleFiles(module.interface, synthesize(module.stack(app)))))
        files[`${name}/${file}`] = text;
      for (const [file, source] of Object.entries(SHIPPED[name] ?? {}))
        files[`${name}/${file}`] = readFileSync(packagePath(source), "utf8");
    }
    return files;
  });
}
