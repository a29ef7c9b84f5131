import type { Complaint } from "./complaint.ts";
import type { PrefectVersion } from "./prefect-defaults.ts";

export interface PinnedRequirement {
  /** As PyPI compares names: lower case, hyphens. */
  readonly name: string;
  readonly version: string;
}

/** https://packaging.python.org/en/latest/specifications/dependency-specifiers/ */
const NAME = "[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?";
const EXTRAS = `(?:\\[${NAME}(?:,${NAME})*\\])?`;
/** https://packaging.python.org/en/latest/specifications/version-specifiers/ */
const VERSION =
  "(?:\\d+!)?\\d+(?:\\.\\d+)*(?:(?:a|b|rc)\\d+)?(?:\\.post\\d+)?(?:\\.dev\\d+)?(?:\\+[a-z0-9]+(?:[._-][a-z0-9]+)*)?";
const PINNED = new RegExp(`^(?<name>${NAME})${EXTRAS}==(?<version>${VERSION})$`);

export function parsePinned(text: string): PinnedRequirement | undefined {
  const groups = PINNED.exec(text)?.groups;
  if (groups === undefined) return undefined;
  return { name: groups.name!.toLowerCase().replace(/[._-]+/g, "-"), version: groups.version! };
}

/** The container splits EXTRA_PIP_PACKAGES at spaces and installs at every start: only an exact pin stays the same. */
export function pinnedRule(text: string): Complaint | undefined {
  if (parsePinned(text)) return undefined;
  const works = "Write name==version, as in prefect-aws==0.4.20.";
  const withoutSpaces = text.replace(/\s+/g, "");
  if (parsePinned(withoutSpaces)) return { verdict: "has spaces", works, suggestion: withoutSpaces };
  if (new RegExp(`^${NAME}${EXTRAS}$`).test(withoutSpaces))
    return { verdict: "names no version, so every start could install another", works };
  if (/^[^=<>~!@]+(===|[<>~!]=?|==.*\*)/.test(text))
    return { verdict: "is a range, so every start could install another version", works };
  if (/@|:\/\//.test(text)) return { verdict: "is an address rather than a pinned package", works };
  return { verdict: "is not a pinned Python package", works };
}

export function requirementVersionRule(text: string, version: PrefectVersion): Complaint | undefined {
  const pinned = parsePinned(text);
  if (pinned?.name !== "prefect" || pinned.version.split(".")[0] === String(version)) return undefined;
  return {
    verdict: `contradicts prefect.version, which is ${version}`,
    remedy: "Set prefect.version, and let the image bring Prefect itself",
  };
}
