import type { Deployment } from "./deployments.ts";
import { isObject, type JsonObject } from "./job-template.ts";

/** Something of a deployment's own that belongs to the other major version of Prefect. */
export interface UpgradeConcern {
  readonly deployment: string;
  readonly sentence: string;
}

const PREFECT_IMAGE = /(?:^|\/)prefecthq\/prefect(?:-aws)?:\S*?(\d+)(?:[.-]\S*)?$/;
/** https://github.com/PrefectHQ/prefect/tree/main/src/integrations/prefect-aws: 0.4 is Prefect 2's last, 0.5 needs Prefect 3. */
const INTEGRATION = /\bprefect-aws==0\.(\d+)/;
const LAST_MINOR_OF_2 = 4;

/**
 * What deployments say themselves, over their pool, that does not fit Prefect `to`: such runs would start the other version of
 * Prefect and fail or crash.
 */
export function upgradeConcerns(
  deployments: readonly Pick<Deployment, "name" | "jobVariables">[],
  to: 2 | 3,
): UpgradeConcern[] {
  return deployments.flatMap(({ name, jobVariables }) =>
    [imageConcern(jobVariables, to), integrationConcern(jobVariables, to)]
      .filter((sentence) => sentence !== undefined)
      .map((sentence) => ({ deployment: name, sentence })),
  );
}

function imageConcern({ image }: JsonObject, to: 2 | 3): string | undefined {
  if (typeof image !== "string") return undefined;
  const [, digits] = /(?:^|\/)prefecthq\/prefect:(\d+)/.exec(image) ?? PREFECT_IMAGE.exec(image) ?? [];
  if (digits === undefined || Number(digits) === to) return undefined;
  return `Its image ${image} is one of Prefect ${digits}: deploy it again with one of Prefect ${to}.`;
}

function integrationConcern({ env }: JsonObject, to: 2 | 3): string | undefined {
  const packages = isObject(env) ? env.EXTRA_PIP_PACKAGES : undefined;
  const minor = typeof packages === "string" ? INTEGRATION.exec(packages)?.[1] : undefined;
  if (minor === undefined) return undefined;
  const of = Number(minor) > LAST_MINOR_OF_2 ? 3 : 2;
  return of === to
    ? undefined
    : `It installs prefect-aws 0.${minor}, which is for Prefect ${of}: take it out of env.EXTRA_PIP_PACKAGES, or pin another.`;
}
