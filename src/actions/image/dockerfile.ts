import { PREFECT_DEFAULTS } from "#config/prefect-defaults.ts";
import type { Config } from "#config/schema.ts";

/** Where the programs of a `process` worker lie in its image; its task definition starts them there. */
const PROGRAMS_FOLDER = "/opt/prefect-fargate";
/** The same in the folder from which the image is built. */
export const PROGRAMS = "programs";

export interface ImageRecipe {
  /** The image on which it stands. */
  readonly base: string;
  /** Exactly pinned, as the config says. */
  readonly requirements: readonly string[];
  /** Whether a `process` worker's own programs belong in it. */
  readonly withPrograms: boolean;
  /** As Docker calls it. */
  readonly platform: "linux/amd64" | "linux/arm64";
}

/** What the image of a worker is made of. A worker that has its image already is built anew from the stock one. */
export function imageRecipe(config: Config, worker: string, base?: string): ImageRecipe {
  const stock = PREFECT_DEFAULTS[config.prefect.version];
  const { extraPipPackages, architecture, type } = config.workers[worker]!;
  const needed = type === "process" ? [] : stock.extraPipPackages;
  return {
    base: base ?? stock.image,
    requirements: extraPipPackages.length > 0 ? extraPipPackages : needed,
    withPrograms: type === "process",
    platform: architecture === "arm64" ? "linux/arm64" : "linux/amd64",
  };
}

/** The Dockerfile. Its entry point stays the base's, so that a worker and a flow run start in it as in the stock image. */
export function dockerfile({ base, requirements, withPrograms }: ImageRecipe): string {
  const quoted = requirements.map((requirement) => JSON.stringify(requirement)).join(" ");
  return [
    "# Written by prefect-fargate image build.",
    `FROM ${base}`,
    ...(requirements.length > 0
      ? [
          "# In the image, and not installed at every start: see docs/images.md.",
          `RUN pip install --no-cache-dir ${quoted}`,
        ]
      : []),
    ...(withPrograms
      ? [
          "# What keeps ECS from stopping a task in which flows run.",
          `COPY --chmod=0644 ${PROGRAMS}/ ${PROGRAMS_FOLDER}/`,
        ]
      : []),
    "",
  ].join("\n");
}
