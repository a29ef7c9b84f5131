export type PrefectVersion = 2 | 3;

export interface PrefectDefaults {
  /** Holds Prefect alone: the AWS integration comes by `extraPipPackages`. */
  readonly image: string;
  /** Installed at every start of the image, hence pinned: what runs tomorrow is what ran today. */
  readonly extraPipPackages: readonly string[];
}

/**
 * What changes together with the major version of Prefect.
 *
 * Prefect 3.8 calls an argument that newer FastAPI releases no longer have while it accepts them,
 * so FastAPI is pinned beside the integration.
 */
export const PREFECT_DEFAULTS: Readonly<Record<PrefectVersion, PrefectDefaults>> = {
  2: { image: "prefecthq/prefect:2-latest", extraPipPackages: ["prefect-aws==0.4.20"] },
  3: {
    image: "prefecthq/prefect:3-latest",
    extraPipPackages: ["prefect-aws==0.7.12", "fastapi==0.139.2"],
  },
};
