import type { Evidence } from "../evidence.ts";
import type { Finding, Recognizer } from "../finding.ts";
import { stopSayings } from "../sayings.ts";
import { deniedAction, INITIALIZING, isDenied, isUnanswered } from "./wording.ts";

const SOURCE =
  "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/resource-initialization-error.html";

type Problem = "missing" | "without value" | "being deleted" | "denied" | "without key" | "other";

/** What is wrong with the secret that holds the API key; undefined when the text is about something else. */
function problemOf(text: string): Problem | undefined {
  if (!INITIALIZING.test(text) || isUnanswered(text)) return undefined;
  if (!/secrets? from (asm|ssm)|secretsmanager|Secrets Manager/i.test(text)) return undefined;
  if (isDenied(text)) return "denied";
  if (/marked for deletion|scheduled for deletion/i.test(text)) return "being deleted";
  if (/staging label/i.test(text)) return "without value";
  if (/did not contain json key|invalid character/i.test(text)) return "without key";
  if (/ResourceNotFoundException|can't find the specified secret/i.test(text)) return "missing";
  return "other";
}

const recognizer = (
  cause: string,
  problem: Problem,
  tell: (evidence: Evidence, text: string) => Pick<Finding, "sentence" | "remedy">,
): Recognizer => ({
  cause,
  source: SOURCE,
  recognize(evidence) {
    const said = stopSayings(evidence).find(({ text }) => problemOf(text) === problem);
    return (
      said && { certainty: "certain", ...tell(evidence, said.text), evidence: [said.quote], age: said.age }
    );
  },
});

export const secretCauses: readonly Recognizer[] = [
  recognizer("secret-missing", "missing", (evidence) => ({
    sentence: `the secret with the Prefect API key, ${secretOf(evidence)}, does not exist.`,
    remedy: `Put it back and deploy again: prefect-fargate deploy; one that waits for deletion comes back with: aws secretsmanager restore-secret --secret-id ${secretOf(evidence)} --region ${evidence.region}`,
  })),
  recognizer("secret-without-value", "without value", (evidence) => ({
    sentence: `the secret ${secretOf(evidence)} has no value: nobody has put a Prefect API key into it.`,
    remedy: `Put this shell's key into it: prefect-fargate deploy; where the secret is your own: aws secretsmanager put-secret-value --secret-id ${secretOf(evidence)} --region ${evidence.region} --secret-string file:///dev/stdin`,
  })),
  recognizer("secret-being-deleted", "being deleted", (evidence) => ({
    sentence: `the secret with the Prefect API key, ${secretOf(evidence)}, waits for its deletion and cannot be read.`,
    remedy: `aws secretsmanager restore-secret --secret-id ${secretOf(evidence)} --region ${evidence.region}`,
  })),
  recognizer("secret-denied", "denied", (evidence, text) => {
    const role = evidence.definition?.executionRoleArn ?? "the execution role";
    const isEncryption = /kms/i.test(text);
    const action =
      deniedAction(text)?.action ?? (isEncryption ? "kms:Decrypt" : "secretsmanager:GetSecretValue");
    return {
      sentence: `${role} may not read the secret with the Prefect API key: it lacks ${action}.`,
      remedy: isEncryption
        ? `Allow kms:Decrypt to ${role} in the policy of the secret's key, then: prefect-fargate deploy`
        : "Put the role's policy back: prefect-fargate deploy. If it was never changed, a policy of your organization denies it",
    };
  }),
  recognizer("secret-without-key", "without key", (evidence) => ({
    sentence: `the secret ${secretOf(evidence)} is not the JSON, or lacks the JSON key, that its reference asks for.`,
    remedy:
      "Name a secret whose whole value is the key: prefect.apiKey.secretArn in prefect-fargate.config.ts",
  })),
  recognizer("secret-not-read", "other", (evidence) => ({
    sentence: `the secret with the Prefect API key, ${secretOf(evidence)}, cannot be read.`,
    remedy: `Look at it: aws secretsmanager describe-secret --secret-id ${secretOf(evidence)} --region ${evidence.region}`,
  })),
];

const secretOf = ({ definition }: Evidence): string => definition?.secretArn || "prefect-api-key";
