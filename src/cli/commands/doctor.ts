import type { CommandSpec } from "../command-spec.ts";
import { configOption, envOption, jsonOption } from "../shared-options.ts";

export interface DoctorCommandOptions {
  readonly config?: string;
  readonly env?: string;
  readonly json?: boolean;
}

export const doctor: CommandSpec<DoctorCommandOptions> = {
  name: "doctor",
  summary: "check everything a deploy needs, before anything is created",
  description:
    "Looks at tools, AWS identity, region, permissions, quotas, the network, Prefect's API, key, workspace and work pool, the clock " +
    "and the state, and says for each what is wrong and how to mend it. It creates nothing. Ends with status 1 when there is a problem.",
  examples: [
    { does: "Check this machine and both accounts against the config here", command: "doctor" },
    { does: "Read the result with a program", command: "doctor --json" },
  ],
  options: [configOption(), envOption(), jsonOption()],
  handler: async () => (await import("../handlers/doctor.ts")).runDoctor,
};
