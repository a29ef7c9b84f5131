import { TerraformLocal } from "cdktn";
import type { Construct } from "constructs";
import { PREFECT_DEFAULTS } from "#config/prefect-defaults.ts";
import { choose, tf } from "#terraform/expressions.ts";
import { note } from "#terraform/notes.ts";
import type { WorkerProps } from "./worker-props.ts";

export interface WorkerSettings {
  readonly image: string;
  readonly flowImage: string;
  readonly extraPipPackages: string[];
}

/** What follows from Prefect's version where it is not given: image and pinned integration change together. */
export function createSettings(scope: Construct, props: WorkerProps): WorkerSettings {
  const byVersion = Object.fromEntries(
    Object.entries(PREFECT_DEFAULTS).map(([version, { image, extraPipPackages }]) => [
      version,
      { image, extra_pip_packages: extraPipPackages },
    ]),
  );
  const defaults = new TerraformLocal(scope, "defaults", tf`${byVersion}[tostring(${props.prefectVersion})]`);
  note(defaults, "The stock image lacks the AWS integration: it is installed at start, pinned exactly.");
  const image = new TerraformLocal(scope, "image", tf`coalesce(${props.image}, ${defaults.fqn}.image)`);
  const flowImage = new TerraformLocal(scope, "flow_image", tf`coalesce(${props.flowImage}, ${image.fqn})`);
  const packages = tf`${defaults.fqn}.extra_pip_packages`.list;
  return {
    image: image.asString,
    flowImage: flowImage.asString,
    extraPipPackages: choose(
      props.extraPipPackages === null ? true : tf`${props.extraPipPackages} == null`,
      packages,
      props.extraPipPackages ?? packages,
    ),
  };
}
