import type { Validation } from "#terraform/module-interface.ts";

/** `prefect-` before and `-flow-task-role` after it must fit the 64 characters of an IAM role's name. */
const WORKER_NAME_MAX = 40;

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
export const roleName = (variable: string): Validation => ({
  condition: `can(regex("^[a-zA-Z0-9+=,.@_-]{1,64}$", var.${variable}))`,
  message: `${variable} must hold 1 to 64 letters, digits and +=,.@_- characters.`,
});

/** A worker's name is part of names of several services; the narrowest is DNS. */
export const workerName = (variable: string): Validation => ({
  condition: `can(regex("^[a-z][a-z0-9-]{0,${WORKER_NAME_MAX - 1}}$", var.${variable}))`,
  message: `${variable} must start with a letter and hold up to ${WORKER_NAME_MAX} lower-case letters, digits and hyphens.`,
});

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html */
export const loadBalancerName = (variable: string): Validation => ({
  condition: `can(regex("^[a-zA-Z0-9]([a-zA-Z0-9-]{0,30}[a-zA-Z0-9])?$", var.${variable})) && !startswith(var.${variable}, "internal-")`,
  message: `${variable} must hold 1 to 32 letters, digits and hyphens, with no hyphen at its ends, and not begin with internal-.`,
});
