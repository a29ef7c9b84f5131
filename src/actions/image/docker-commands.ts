import type { ImageRecipe } from "./dockerfile.ts";

/** One run of `docker`. */
export interface DockerCommand {
  readonly does: "build" | "login" | "push" | "inspect";
  readonly args: readonly string[];
}

export interface ImageAddress {
  /** `123456789012.dkr.ecr.us-east-1.amazonaws.com/prefect-worker` */
  readonly repository: string;
  readonly tag: string;
}

/**
 * What builds an image and brings it to ECR, in this order. The password of `login` goes to its standard input. The base is
 * pulled anew, as its tag moves; one manifest is pushed, without attestations, so that the digest is the image's own.
 */
export function dockerCommands(
  { repository, tag }: ImageAddress,
  { platform }: Pick<ImageRecipe, "platform">,
  folder: string,
): readonly DockerCommand[] {
  const image = `${repository}:${tag}`;
  return [
    {
      does: "build",
      args: ["build", "--pull", "--platform", platform, "--provenance=false", "--tag", image, folder],
    },
    { does: "login", args: ["login", "--username", "AWS", "--password-stdin", registryOf(repository)] },
    { does: "push", args: ["push", image] },
    { does: "inspect", args: ["image", "inspect", "--format", "{{json .RepoDigests}}", image] },
  ];
}

export const registryOf = (repository: string): string => repository.split("/")[0] ?? repository;

/** The image's reference by digest, from what `inspect` prints; undefined where it was not pushed to this repository. */
export function referenceIn(
  inspected: string,
  { repository }: Pick<ImageAddress, "repository">,
): string | undefined {
  const references = JSON.parse(inspected) as readonly string[];
  return references.find((reference) => reference.startsWith(`${repository}@sha256:`));
}

/** A tag that no other build has: tags in the repository never move. */
export const tagOf = (version: number, now: Date): string =>
  `prefect-${version}-${now
    .toISOString()
    .replace(/\.\d+Z$/, "")
    .replace(/[-:T]/g, "")}`;
