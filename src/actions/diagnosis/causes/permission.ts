import type { Recognizer } from "../finding.ts";
import { findInLogs, stopSayings } from "../sayings.ts";
import { deniedAction } from "./wording.ts";

/** What boto3 raises when IAM says no. */
const BOTO_DENIED =
  /An error occurred \((?:AccessDenied\w*|UnauthorizedOperation|AuthorizationError)\) when calling the \w+ operation[^']{0,400}/;
/** A secret that may not be read has a row of its own, with a remedy of its own. */
const OF_THE_SECRET = "secretsmanager:GetSecretValue";

export const roleNotAssumed: Recognizer = {
  cause: "role-not-assumed",
  source: "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-event-messages-list.html",
  recognize(evidence) {
    const said = stopSayings(evidence).find(({ text }) => /^ECS was unable to assume the role/.test(text));
    const role = said && /role '?(arn:[\w:/+=,.@-]+?)'? that/.exec(said.text)?.[1];
    return (
      said && {
        certainty: "certain",
        sentence: `ECS may not assume ${role ?? "one of the task's roles"}: the role is gone, or does not trust ecs-tasks.amazonaws.com.`,
        evidence: [said.quote],
        remedy: "Put the role and its trust back: prefect-fargate deploy",
        age: said.age,
      }
    );
  },
};

export const permissionMissing: Recognizer = {
  cause: "permission-missing",
  source: "https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html",
  recognize(evidence) {
    const atStart = stopSayings(evidence).find(({ text }) => {
      const denied = deniedAction(text);
      return denied !== undefined && denied.action !== OF_THE_SECRET;
    });
    const found = atStart ?? findInLogs(evidence, BOTO_DENIED);
    if (!found) return undefined;
    const who = /User: (arn:[^\s]+)/.exec(found.text)?.[1] ?? "the task's role";
    const denied = deniedAction(found.text);
    const hasEnded = evidence.tasks[found.age]?.status === "STOPPED";
    return {
      // A worker lives on when a single call of it is denied, such as the one to the queue of task events.
      certainty: atStart || hasEnded || evidence.subject === "flow run" ? "certain" : "aside",
      sentence: `${who} lacks the permission ${denied?.action ?? "for a call to AWS"}${denied?.resource ? ` on ${denied.resource}` : ""}.`,
      evidence: [found.quote],
      remedy:
        "Put the roles' policies back: prefect-fargate deploy. If they were never changed, a policy of your organization denies it",
      age: found.age,
    };
  },
};
