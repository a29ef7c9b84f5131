import type { Complaint } from "./complaint.ts";

/** It becomes part of names that have little room: 64 characters for a role, 32 for a worker. */
const LONGEST = 12;
const NAME = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;

export function environmentNameRule(name: string): Complaint | undefined {
  if (NAME.test(name) && name.length <= LONGEST) return undefined;
  return {
    verdict: "is not a name that an environment can have",
    works: `It has up to ${LONGEST} lower-case letters, digits and single hyphens and begins with a letter, as it becomes part of other names.`,
    remedy: "Choose another, such as dev, staging or prod",
  };
}
