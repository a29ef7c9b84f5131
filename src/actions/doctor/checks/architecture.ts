import { isStockImage } from "#config/image-reference.ts";
import type { Config } from "#config/schema.ts";
import { type Check, type Finding, ok, warning } from "../check.ts";

/** What the worker module's tasks run on. */
const TASKS_RUN_ON = "x64";

/** An image that was built on another kind of processor than Fargate's ends with "exec format error". */
export const architectureCheck: Check = {
  name: "architecture",
  run: async ({ config }) => judgeArchitecture(config, process.arch),
};

export function judgeArchitecture({ workers }: Pick<Config, "workers">, machine: string): Finding {
  const images = [...new Set(Object.values(workers).flatMap(({ image, flows }) => [image, flows.image]))];
  const own = images.filter((image) => !isStockImage(image));
  if (own.length === 0) return ok("Tasks run on x86_64, for which Prefect publishes its images.");
  if (machine === TASKS_RUN_ON)
    return ok(`Tasks run on x86_64, as this machine does, for ${own.join(", ")}.`);
  return warning(
    `Tasks run on x86_64, and this machine is ${machine}: an image that is built here (${own.join(", ")}) does not start there.`,
    "Build it for Fargate: docker build --platform linux/amd64 …",
  );
}
