import { parseImageReference } from "#config/image-reference.ts";
import type { Config } from "#config/schema.ts";
import { type Check, type Finding, ok, warning } from "../check.ts";

/** Pulls in six hours from one address without a login. https://docs.docker.com/docker-hub/usage/pulls/ */
const ANONYMOUS_PULLS = 100;
const PER_HOURS = 6;

/** Fargate keeps no images: each task pulls its own, and behind one NAT gateway all of them come from one address. */
export const dockerHubCheck: Check = {
  name: "image pulls",
  run: async ({ config }) => judgePulls(config),
};

export function judgePulls({ workers, network }: Pick<Config, "workers" | "network">): Finding {
  const images = [...new Set(Object.values(workers).flatMap(({ image, flows }) => [image, flows.image]))];
  const fromHub = images.filter(isOnDockerHub);
  if (fromHub.length === 0) return ok("No image comes from Docker Hub, which limits pulls by address.");
  if (network.kind === "existing" && network.assignPublicIp)
    return ok(
      `From Docker Hub: ${fromHub.join(", ")}. Its limit is by address, and every task has one of its own.`,
    );
  const flowsFromHub = Object.values(workers).some(({ flows }) => isOnDockerHub(flows.image));
  if (!flowsFromHub)
    return ok(`Only workers pull from Docker Hub (${fromHub.join(", ")}), which is far from its limit.`);
  return warning(
    `Each flow run pulls ${fromHub.join(" or ")} anew, and all through one address: after ${ANONYMOUS_PULLS} starts in ${PER_HOURS} hours ` +
      "Docker Hub answers toomanyrequests, and runs crash.",
    "For more runs than that, use an image in your own ECR: set flows.image (and image) of the worker",
  );
}

/** Docker Hub is what is meant where no registry is named. */
export function isOnDockerHub(image: string): boolean {
  const { name = "" } = parseImageReference(image) ?? {};
  const [first = "", ...rest] = name.split("/");
  const registry = rest.length > 0 && (/[.:]/.test(first) || first === "localhost") ? first : "docker.io";
  return /^((index|registry-1)\.)?docker\.io$/.test(registry);
}
