import type { Recognizer } from "../finding.ts";
import { stopSayings } from "../sayings.ts";
import { INITIALIZING, isDenied, isUnanswered } from "./wording.ts";

const OPENING_LOG = /failed to validate logger args|failed to initialize logging driver/i;
const MISSING =
  /ResourceNotFoundException|log group does not exist|cannot find the Amazon CloudWatch log group/i;

/**
 * The awslogs driver opens its stream before the container runs. "Cannot find the log group … There is a connection
 * issue" is no missing group: it could not be asked.
 */
export const logGroupMissing: Recognizer = {
  cause: "log-group-missing",
  source: "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/resource-initialization-error.html",
  recognize(evidence) {
    const said = stopSayings(evidence).find(
      ({ text }) =>
        INITIALIZING.test(text) &&
        OPENING_LOG.test(text) &&
        MISSING.test(text) &&
        !isDenied(text) &&
        !isUnanswered(text),
    );
    return (
      said && {
        certainty: "certain",
        sentence: `its log group ${evidence.definition?.logGroup ?? "in CloudWatch"} does not exist, and a task that cannot log does not start.`,
        evidence: [said.quote],
        remedy: "Make it again: prefect-fargate deploy",
        age: said.age,
      }
    );
  },
};
