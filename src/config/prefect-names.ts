import type { Complaint } from "./complaint.ts";

/** Prefect's server refuses these in names, in both majors. */
const FORBIDDEN_IN_POOLS = /[/%&><]/;
const LONGEST_POOL_NAME = 255;

/** A worker's name becomes part of names of an ECS service, IAM roles and a DNS record: the strictest of them decide. */
const WORKER_NAME = /^[a-z]([a-z0-9-]*[a-z0-9])?$/;
const LONGEST_WORKER_NAME = 32;

export function workPoolRule(name: string): Complaint | undefined {
  if (name.trim() === "" || name !== name.trim())
    return {
      verdict: "is not a name for a work pool",
      works: "A name begins and ends with a letter, a digit or a sign.",
    };
  if (/^prefect/i.test(name))
    return {
      verdict: "begins with prefect, which the server keeps for its own pools",
      suggestion: `ecs-${name}`,
    };
  const bad = FORBIDDEN_IN_POOLS.exec(name)?.[0] ?? /\p{Cc}/u.exec(name)?.[0];
  if (bad !== undefined)
    return {
      verdict: `has ${JSON.stringify(bad)} in it`,
      works: "Prefect refuses / % & > < and control characters in the names of pools.",
    };
  if (name.length > LONGEST_POOL_NAME)
    return { verdict: `has ${name.length} characters`, works: `${LONGEST_POOL_NAME} are allowed.` };
  return undefined;
}

/** Queues obey the server's rules for all names; `default` is every pool's first. */
export function workQueueRule(name: string): Complaint | undefined {
  if (name.trim() === "" || name !== name.trim())
    return {
      verdict: "is not a name for a work queue",
      works: "A name begins and ends with a letter, a digit or a sign.",
    };
  const bad = FORBIDDEN_IN_POOLS.exec(name)?.[0] ?? /\p{Cc}/u.exec(name)?.[0];
  return bad === undefined
    ? undefined
    : {
        verdict: `has ${JSON.stringify(bad)} in it`,
        works: "Prefect refuses / % & > < and control characters in the names of queues.",
      };
}

export const workerNameRule = (name: string): Complaint | undefined => namedAfterIt(name, "worker");
export const serviceNameRule = (name: string): Complaint | undefined => namedAfterIt(name, "service");

function namedAfterIt(name: string, what: "worker" | "service"): Complaint | undefined {
  if (WORKER_NAME.test(name) && !name.includes("--") && name.length <= LONGEST_WORKER_NAME) return undefined;
  const suggestion = tidy(name);
  return {
    verdict: `is not a name that a ${what} can have`,
    works:
      `A ${what}'s name has up to ${LONGEST_WORKER_NAME} lower-case letters, digits and single hyphens and begins with a letter, ` +
      "as services, roles and DNS records are named after it.",
    remedy: WORKER_NAME.test(suggestion) ? `Call the ${what} ${JSON.stringify(suggestion)}` : undefined,
  };
}

const tidy = (name: string): string =>
  name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^[^a-z]+/, "")
    .slice(0, LONGEST_WORKER_NAME)
    .replace(/-+$/, "");
