import { isAbsolute, join } from "node:path";
import type { Complaint } from "./complaint.ts";
import type { Config } from "./schema.ts";

/** Terraform takes a file of such a name as additions to blocks that other files have.
 *  https://developer.hashicorp.com/terraform/language/files/override */
const OVERRIDE_FILE = /(^|[/\\_])override\.tf(\.json)?$/;

export function overrideFileRule(file: string): Complaint | undefined {
  if (OVERRIDE_FILE.test(file)) return undefined;
  return {
    verdict: "is not a name that Terraform takes for an override",
    works: "It ends with _override.tf, or _override.tf.json.",
    suggestion: /\.tf(\.json)?$/.test(file) ? file.replace(/\.tf(\.json)?$/, "_override.tf$1") : undefined,
  };
}

/** The config with the override files' paths made absolute: they are meant as seen from the config. */
export function locateOverrides(config: Config, folder: string): Config {
  const overrides = Object.entries(config.overrides).map(
    ([module, files]) =>
      [module, files.map((file) => (isAbsolute(file) ? file : join(folder, file)))] as const,
  );
  return { ...config, overrides: Object.fromEntries(overrides) };
}
