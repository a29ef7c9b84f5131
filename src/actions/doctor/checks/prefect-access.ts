import { isLoopback } from "#config/prefect-address.ts";
import { type Check, type Finding, ok, problem, warning } from "../check.ts";
import type { DoctorContext } from "../context.ts";

/** Whether Prefect answers, and which of key, account and workspace is wrong if one is. */
export const prefectAccessCheck: Check = {
  name: "Prefect API",
  async run(context) {
    const prefect = await context.prefect();
    await prefect.verifyAccess();
    const { prefect: config } = context.config;
    const release = config.accountId === undefined ? await prefect.serverVersion() : undefined;
    return [
      ok(`${prefect.apiUrl} lets this key in${release ? `; it is Prefect ${release}` : ""}.`),
      ...(release ? versionFinding(release, config.version) : []),
      ...reachFinding(context),
    ];
  },
};

/** Workers and servers of different majors do not understand each other. */
export function versionFinding(release: string, version: number): Finding[] {
  const major = Number(release.split(".")[0]);
  if (!Number.isInteger(major) || major === version) return [];
  return [
    problem(
      `The server is Prefect ${release}, the config's workers are Prefect ${version}.`,
      `Set prefect.version: ${major}, or move the server`,
    ),
  ];
}

/** A task on AWS takes 127.0.0.1 for itself. In a rehearsal AWS is on this machine as well. */
function reachFinding({ config: { prefect }, env }: DoctorContext): Finding[] {
  const isLocalAws = env.AWS_ENDPOINT_URL !== undefined && isLoopback(env.AWS_ENDPOINT_URL);
  if (!isLoopback(prefect.apiUrl) || isLocalAws) return [];
  return [
    warning(
      `${prefect.apiUrl} is an address of this machine: a task on AWS would look for Prefect in itself.`,
      "Set prefect.apiUrl to an address that the VPC reaches",
    ),
  ];
}
