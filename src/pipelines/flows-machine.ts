import type { Config } from "#config/schema.ts";

type Architecture = Config["workers"][string]["architecture"];

/** Machines on which an image for this architecture is built without emulation. */
export interface FlowsMachine {
  /** https://docs.github.com/en/actions/reference/runners/github-hosted-runners */
  readonly github: string;
  /** Of the one machine image: https://circleci.com/developer/machine/image/ubuntu-2404 */
  readonly circleci: string;
}

const MACHINES: Readonly<Record<Architecture, FlowsMachine>> = {
  x86_64: { github: "ubuntu-24.04", circleci: "medium" },
  arm64: { github: "ubuntu-24.04-arm", circleci: "arm.medium" },
};

/** What an environment's flows run on, where they have tasks of their own. */
export const flowArchitectures = ({ workers }: Config): Architecture[] => [
  ...new Set(
    Object.values(workers).flatMap(({ type, flows }) => (type === "process" ? [] : [flows.architecture])),
  ),
];

/** The machine that builds an environment's image of flows. */
export const flowsMachine = (config: Config): FlowsMachine =>
  MACHINES[flowArchitectures(config)[0] ?? "x86_64"];
