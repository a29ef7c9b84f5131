import type { Complaint } from "./complaint.ts";
import type { PrefectVersion } from "./prefect-defaults.ts";

export interface ImageReference {
  /** The registry and the repository, as written. */
  readonly name: string;
  readonly tag: string | undefined;
  readonly digest: string | undefined;
}

/** https://pkg.go.dev/github.com/distribution/reference#pkg-overview */
const HOST = "(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)(?:\\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*";
const PART = "[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*";
const REFERENCE = new RegExp(
  `^(?<name>(?:${HOST}(?::[0-9]{1,5})?/)?${PART}(?:/${PART})*)` +
    "(?::(?<tag>[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}))?(?:@(?<digest>sha256:[0-9a-f]{64}))?$",
);
const MAX_NAME_LENGTH = 255;

export function parseImageReference(text: string): ImageReference | undefined {
  const groups = REFERENCE.exec(text)?.groups;
  if (groups === undefined || groups.name!.length > MAX_NAME_LENGTH) return undefined;
  return { name: groups.name!, tag: groups.tag, digest: groups.digest };
}

/** The image that Prefect publishes: without any integration. */
export const isStockImage = (text: string): boolean =>
  /^(?:(?:docker\.io|index\.docker\.io|registry-1\.docker\.io)\/)?prefecthq\/prefect$/.test(
    parseImageReference(text)?.name ?? "",
  );

/** Where images lie that name no registry, or this one. */
export const isOnDockerHub = (text: string): boolean => {
  const [first = "", ...rest] = (parseImageReference(text)?.name ?? "").split("/");
  const namesHost = rest.length > 0 && (/[.:]/.test(first) || first === "localhost");
  return !namesHost || /^(index\.|registry-1\.)?docker\.io$/.test(first);
};

/** Major version that the tag of one of Prefect's own images promises, where it does. */
export function prefectMajorOf(text: string): number | undefined {
  const { name = "", tag = "" } = parseImageReference(text) ?? {};
  if (isStockImage(text)) return asMajor(/^(\d+)(?:[.-]|$)/.exec(tag)?.[1]);
  if (/(^|\/)prefecthq\/prefect-aws$/.test(name)) return asMajor(/-prefect(\d+)(?:[.-]|$)/.exec(tag)?.[1]);
  return undefined;
}

export function imageRule(text: string): Complaint | undefined {
  if (parseImageReference(text)) return undefined;
  const works = "Write repository:tag or registry/repository:tag, with or without @sha256:….";
  const candidate = text.trim().replace(/^[a-z]+:\/\//i, "");
  const lower = candidate.replace(/^[^:@]*/, (name) => name.toLowerCase());
  const suggestion = [candidate, lower].find((attempt) => parseImageReference(attempt));
  if (/^[a-z]+:\/\//i.test(text)) return { verdict: "is an address, not an image", works, suggestion };
  if (/@sha256:/.test(text)) return { verdict: "has a digest that is not 64 hexadecimal digits", works };
  if (lower !== candidate && suggestion)
    return { verdict: "has capital letters in the repository", works, suggestion };
  return { verdict: "is not an image reference", works, suggestion };
}

export function imageVersionRule(text: string, version: PrefectVersion): Complaint | undefined {
  const major = prefectMajorOf(text);
  if (major === undefined || major === version) return undefined;
  return {
    verdict: `holds Prefect ${major}, but prefect.version is ${version}`,
    remedy:
      major === 2 || major === 3
        ? `Set prefect.version: ${major}, or leave the image out to get the one of Prefect ${version}`
        : `Leave the image out to get the one of Prefect ${version}`,
  };
}

const asMajor = (digits: string | undefined): number | undefined =>
  digits === undefined ? undefined : Number(digits);
