import { isStockImage } from "#config/image-reference.ts";
import type { Recognizer } from "../finding.ts";
import { nameOf, quoteOf } from "../sayings.ts";

const FAILED_CHECKS = /^Task failed container health checks/;

/** The container runs, but does not answer on its health port; ECS stops it and counts a failure. */
export const healthCheckFailing: Recognizer = {
  cause: "health-check-failing",
  source: "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/healthcheck.html",
  recognize({ tasks, service, definition }) {
    const age = tasks.findIndex(
      ({ stoppedReason = "", health, status }) =>
        FAILED_CHECKS.test(stoppedReason) || (health === "UNHEALTHY" && status === "RUNNING"),
    );
    const task = tasks[age];
    const event = service?.events.find((message) =>
      /\(task \w+\) failed container health checks/.test(message),
    );
    if (!task && !event) return undefined;
    return {
      certainty: "certain",
      sentence:
        "its container runs, but its health check fails: the worker has not joined its pool in time, or hangs.",
      evidence: [
        ...(task ? [`${nameOf(task)}: ${task.stoppedReason ?? `${task.status}, ${task.health}`}`] : []),
        ...(event ? [quoteOf(event)] : []),
      ],
      remedy: `See what it waits for: prefect-fargate logs --since 1h${ofYourOwn(definition?.image)}`,
      ...(task ? { age } : {}),
    };
  },
};

/** The check is a line of Python. */
const ofYourOwn = (image: string | undefined): string =>
  image === undefined || isStockImage(image) ? "" : `. Its image ${image} must have python, for the check`;
