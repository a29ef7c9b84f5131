import { packagePath } from "#package";
import type { Reporter } from "#reporter";
import { cannotPullContainer, TaskStartFailure } from "./stop-reasons.ts";

/** Gives an image without its layers: a folder of programs and the image's ENV. */
export interface ImageSource {
  /**
   * @param environment the container's plain variables; EXTRA_PIP_PACKAGES among them is honoured
   * @throws TaskStartFailure when there is no such image
   */
  resolve(reference: string, environment: Readonly<Record<string, string>>): Promise<ResolvedImage>;
}

interface ResolvedImage {
  /** Comes first in the PATH. */
  readonly binDir: string;
  readonly env: Readonly<Record<string, string>>;
  /** What the image runs in front of the command. @default - nothing */
  readonly entryPoint?: readonly string[];
  /** Folders of the image that lie elsewhere on this machine. @default - none */
  readonly folders?: Readonly<Record<string, string>>;
}

export type PrefectEnvironment = "prefect-2" | "prefect-3";

export interface PrefectImagesOptions {
  /** Makes (or finds) a Python environment with Prefect and further packages. */
  readonly environment: (name: PrefectEnvironment, extras: string[]) => Promise<{ bin: string }>;
  readonly reporter: Reporter;
}

export interface ImageReference {
  readonly registry: string;
  /** Without the registry: `prefecthq/prefect`. */
  readonly repository: string;
  /** Undefined when only a digest is given. */
  readonly tag: string | undefined;
  /** As a container host writes it in full. */
  readonly canonical: string;
}

const DEFAULT_REGISTRY = "docker.io";
const PREFECT_REPOSITORY = "prefecthq/prefect";
/** As `image/Dockerfile` says that it is to be called: Prefect's own image with the supervisor in it. */
const SUPERVISED_REPOSITORY = "prefect-fargate-worker";
/** Where that image has what lies in our folder `image`. */
const SUPERVISOR_FOLDERS = { "/opt/prefect-fargate": packagePath("image") } as const;

/**
 * ENV of the official image, which runs in a C.UTF-8 locale. Its LD_LIBRARY_PATH and UV_SYSTEM_PYTHON speak of the
 * image's own file system and would mislead programs of this one.
 * https://github.com/PrefectHQ/prefect/blob/main/Dockerfile
 */
const PREFECT_IMAGE_ENV = { LANG: "C.UTF-8", LC_ALL: "C.UTF-8" } as const;

const SYSTEM_PATH = "/usr/local/bin:/usr/bin:/bin";

/**
 * The image's entry point ends by replacing itself with the command. A command that does not exist therefore ends
 * a running container with 127, and no command at all ends it with 0.
 */
const PREFECT_ENTRY_POINT = ["/bin/sh", "-c", 'exec "$@"', "entrypoint.sh"] as const;

/** What the official entry point does when pip fails: it says so and ends with pip's exit code. */
const FAILED_ENTRY_POINT = ["/bin/sh", "-c", 'printf "%s\\n" "$1" >&2; exit 1', "entrypoint.sh"] as const;

/**
 * The official Prefect images, as Python environments of this machine. A failure to install EXTRA_PIP_PACKAGES shows
 * where it shows on Fargate: in the container's log and exit code, as its entry point does the installing.
 */
export function prefectImages({ environment, reporter }: PrefectImagesOptions): ImageSource {
  return {
    async resolve(reference, variables) {
      const image = parseImageReference(reference);
      const name = prefectEnvironment(image);
      if (!name) {
        reporter.warn(
          `The rehearsal has no image ${reference}: it runs prefecthq/prefect and ${SUPERVISED_REPOSITORY} with a tag of Prefect 2 or 3.`,
        );
        throw cannotPullContainer(image.canonical);
      }
      const extras = extraPipPackages(variables);
      const folders = isSupervised(image) ? SUPERVISOR_FOLDERS : {};
      try {
        return { ...imageOf((await environment(name, extras)).bin, PREFECT_ENTRY_POINT), folders };
      } catch (error) {
        const problem = error instanceof Error ? error.message : String(error);
        if (extras.length === 0) {
          reporter.warn(`The image ${reference} cannot be made here: ${problem}`);
          throw new TaskStartFailure(`CannotPullContainerError: ${problem}`);
        }
        const words = `EXTRA_PIP_PACKAGES (${extras.join(" ")}) cannot be installed: ${problem}`;
        reporter.warn(words);
        return imageOf("/usr/bin", [...FAILED_ENTRY_POINT, words]);
      }
    },
  };
}

function imageOf(binDir: string, entryPoint: readonly string[]): ResolvedImage {
  return { binDir, env: { ...PREFECT_IMAGE_ENV, PATH: `${binDir}:${SYSTEM_PATH}` }, entryPoint };
}

/** https://github.com/distribution/reference: the part before the first slash is a registry when it looks like a host. */
export function parseImageReference(reference: string): ImageReference {
  const [nameAndTag = "", digest] = reference.split("@");
  const colon = nameAndTag.lastIndexOf(":");
  const hasTag = colon > nameAndTag.lastIndexOf("/");
  const name = hasTag ? nameAndTag.slice(0, colon) : nameAndTag;
  const tag = hasTag ? nameAndTag.slice(colon + 1) : digest ? undefined : "latest";
  const [first = "", ...rest] = name.split("/");
  const hasRegistry = rest.length > 0 && (/[.:]/.test(first) || first === "localhost");
  const registry = hasRegistry ? first.replace(/^index\.docker\.io$/, DEFAULT_REGISTRY) : DEFAULT_REGISTRY;
  const path = hasRegistry ? rest.join("/") : name;
  const repository = registry === DEFAULT_REGISTRY && !path.includes("/") ? `library/${path}` : path;
  const canonical = `${registry}/${repository}${tag ? `:${tag}` : ""}${digest ? `@${digest}` : ""}`;
  return { registry, repository, tag, canonical };
}

/**
 * Which Prefect an image holds: `2-latest`, `2.20.26`, `3.8-python3.12` and the like, from Docker Hub, a mirror of it or
 * a pull-through cache; and the same for images with the supervisor. Undefined for any other image.
 */
export function prefectEnvironment(image: ImageReference): PrefectEnvironment | undefined {
  const { repository, tag } = image;
  const isStock = repository === PREFECT_REPOSITORY || repository.endsWith(`/${PREFECT_REPOSITORY}`);
  const major = isStock || isSupervised(image) ? tag?.match(/^([23])(?:[.-]|$)/)?.[1] : undefined;
  return major === "2" ? "prefect-2" : major === "3" ? "prefect-3" : undefined;
}

const isSupervised = ({ repository }: ImageReference): boolean =>
  repository.split("/").at(-1) === SUPERVISED_REPOSITORY;

/** The entry point passes the variable to pip unquoted: the shell cuts it at blanks and knows no quotes there. */
export function extraPipPackages(environment: Readonly<Record<string, string>>): string[] {
  return (environment.EXTRA_PIP_PACKAGES ?? "").split(/[ \t\n]+/).filter(Boolean);
}
