/** The distribution's name at the start of a requirement, before extras, version or marker. https://peps.python.org/pep-0508/ */
const NAME = /^([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)\s*(?:\[[^\]]*\])?\s*(?:[=<>!~@;,(]|$)/;
/** What follows the name: nothing, or exactly one version. Anything else is a range. */
const EXACT = /^[^=<>!~;@]+==\s*([^\s;,]+)\s*$/;
const BARE = /^[^=<>!~;@]+$/;

/** The name as indexes compare it (`Prefect_AWS` is `prefect-aws`), or undefined for what is no requirement. */
export function requirementName(requirement: string): string | undefined {
  return NAME.exec(requirement.trim())?.[1]
    ?.toLowerCase()
    .replace(/[-_.]+/g, "-");
}

/**
 * The lock as constraints for extra packages. A package that is asked for in another version than the locked one, or in a
 * range, is left out: a constraint could only forbid it.
 */
export function constraintsFor(lock: string, extras: readonly string[]): string {
  const asked = new Map(extras.map((extra) => [requirementName(extra), extra.trim()]));
  return entries(lock)
    .filter((entry) => {
      const extra = asked.get(requirementName(entry));
      return extra === undefined || BARE.test(extra) || EXACT.exec(extra)?.[1] === lockedVersion(entry);
    })
    .join("\n");
}

/** A lock's entries: a requirement with the hash lines that follow it. */
function entries(lock: string): string[] {
  return lock.split(/\n(?=\S)/).filter((entry) => requirementName(entry) !== undefined);
}

const lockedVersion = (entry: string): string | undefined => /==([^\s;\\]+)/.exec(entry)?.[1];
