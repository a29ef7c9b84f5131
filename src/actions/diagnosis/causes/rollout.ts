import type { Recognizer } from "../finding.ts";
import { nameOf } from "../sayings.ts";

/** What is left to say when ECS gave up and everything that could tell why is gone. */
export const rolledBack: Recognizer = {
  cause: "rolled-back",
  source: "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-circuit-breaker.html",
  recognize({ service }) {
    const failed = service?.rollout?.state === "FAILED";
    if (!service || !(failed || service.rolledBack)) return undefined;
    return {
      certainty: "aside",
      sentence: service.rolledBack
        ? "its tasks did not stay up, and ECS's circuit breaker put the revision before back."
        : "its tasks did not stay up, and ECS's circuit breaker gave up.",
      evidence: [service.rollout?.reason ?? service.events[0] ?? "ECS gave no reason"],
      remedy: "Correct the cause and deploy again: prefect-fargate deploy",
    };
  },
};

/** Nothing has failed: a large image, a slow index or a small task just took longer than anyone waited. */
export const stillStarting: Recognizer = {
  cause: "still-starting",
  source: "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-lifecycle-explanation.html",
  recognize({ tasks, definition }) {
    const [task] = tasks;
    const starting = task && (/^(PROVISIONING|PENDING|ACTIVATING)$/.test(task.status) || isWarmingUp(task));
    if (!starting || tasks.some(({ status }) => status === "STOPPED")) return undefined;
    return {
      certainty: "likely",
      sentence: `nothing has failed: its task is ${task.status}, and ${task.startedAt ? "installs and starts" : `still gets ready, with ${definition?.image ?? "its image"} to pull`}.`,
      evidence: [`${nameOf(task)}: ${task.status}, health ${task.health}`],
      remedy: "Watch it come: prefect-fargate status --watch",
    };
  },
};

const isWarmingUp = ({
  status,
  health,
  log,
}: {
  status: string;
  health: string;
  log: readonly string[];
}): boolean =>
  status === "RUNNING" && health === "UNKNOWN" && !log.some((line) => /Worker '.+' started!/.test(line));
