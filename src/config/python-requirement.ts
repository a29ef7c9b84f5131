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

/** prefect-aws 0.4 is the last that runs with Prefect 2, and does not run with 3. https://pypi.org/project/prefect-aws/#history */
const LAST_INTEGRATION_MINOR_OF_PREFECT_2 = 4;

/** Prefect itself and its integration come in one line of versions for each major of Prefect. */
export function requirementVersionRule(text: string, version: PrefectVersion): Complaint | undefined {
  const pinned = parsePinned(text);
  const verdict = `contradicts prefect.version, which is ${version}`;
  if (pinned?.name === "prefect" && majorOf(pinned) !== version)
    return { verdict, remedy: "Set prefect.version, and let the image bring Prefect itself" };
  if (pinned?.name === "prefect-aws" && prefectOf(pinned) !== version)
    return {
      verdict,
      remedy: "Leave extraPipPackages out to get the integration that fits, or set prefect.version",
    };
  return undefined;
}

const majorOf = ({ version }: PinnedRequirement): number => Number(version.split(".")[0]);

function prefectOf({ version }: PinnedRequirement): PrefectVersion {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major === 0 && minor <= LAST_INTEGRATION_MINOR_OF_PREFECT_2 ? 2 : 3;
}
