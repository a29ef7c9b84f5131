import { connectionTrouble } from "#prefect/connection-trouble.ts";
import { type Finding, problem, skipped } from "./check.ts";

/**
 * What AWS or its client said, by the names of their errors.
 * https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html
 */
const BY_NAME: Readonly<Record<string, readonly [message: string, fix: string]>> = {
  CredentialsProviderError: [
    "There are no AWS credentials.",
    "aws configure sso, then aws sso login; or export AWS_PROFILE=…",
  ],
  ExpiredToken: ["The AWS session has expired.", "aws sso login"],
  ExpiredTokenException: ["The AWS session has expired.", "aws sso login"],
  InvalidClientTokenId: [
    "AWS does not know these credentials: they are mistyped, deleted, or of another partition.",
    "aws sts get-caller-identity, until it tells who you are",
  ],
  UnrecognizedClientException: [
    "AWS does not know these credentials, or the region is not enabled in the account.",
    "aws account list-regions --region-opt-status-contains DISABLED",
  ],
  SignatureDoesNotMatch: [
    "AWS refuses the signature: the secret key is wrong, or the clock is.",
    "Compare AWS_SECRET_ACCESS_KEY with the key that belongs to AWS_ACCESS_KEY_ID",
  ],
  RequestTimeTooSkewed: [
    "AWS refuses requests from this machine's clock.",
    "Set the clock: timedatectl set-ntp true",
  ],
  OptInRequired: [
    "The region is not enabled in this account.",
    "Enable it (aws account enable-region --region-name …), or choose another region in the config",
  ],
};

const DENIED = /^(AccessDenied(Exception)?|UnauthorizedOperation|AuthorizationError)$/;

/** Whether IAM refused, which says nothing about what was asked for. */
export const isDenied = (error: unknown): boolean => error instanceof Error && DENIED.test(error.name);

/** Why an AWS call failed, as a line. `doing` completes "… when ___". */
export function awsTrouble(error: unknown, doing: string): Finding {
  if (!(error instanceof Error)) throw error;
  const known = BY_NAME[error.name];
  if (known) return problem(...known, [error.message]);
  if (isDenied(error)) return skipped(`Not allowed when ${doing}: ${firstLine(error.message)}`);
  if (!("$fault" in error)) {
    const { reason, hint } = connectionTrouble(error);
    return problem(
      `AWS did not answer when ${doing}: ${reason}.`,
      hint ?? "Check the network, HTTPS_PROXY and AWS_ENDPOINT_URL",
    );
  }
  return problem(
    `AWS refused when ${doing}: ${firstLine(error.message)}`,
    `Look up ${error.name} in AWS's documentation`,
  );
}

/** The identity's own check says what is wrong with it; others only say that they could not look. */
export const withoutIdentity = skipped("Not looked at, as AWS does not tell who you are.");

const firstLine = (text: string): string => text.split("\n")[0] ?? "";
