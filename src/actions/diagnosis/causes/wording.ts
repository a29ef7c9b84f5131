/*
 * Words that several causes share. AWS quotes the services it called, so the same trouble arrives in several dresses.
 */

/** Before a container runs, its host pulls the image, fetches secrets and opens the log: each has its own beginning. */
export const PULLING_IMAGE = /^CannotPull\w*Error\b/;
export const INITIALIZING = /^ResourceInitializationError\b/;

/**
 * Nobody answered, as opposed to somebody who refused. AWS's own sentence says it outright since 2024; the others are what
 * Go's HTTP client says of a host without a route, without DNS, or behind a closed security group.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/resource-initialization-error.html
 */
const NOBODY_ANSWERS =
  /connection issue between the task and|i\/o timeout|context deadline exceeded|context canceled|request canceled|no such host|connection refused|network is unreachable|TLS handshake timeout|connection reset by peer|: signal: killed/i;

/** The role is known and may not. */
const MAY_NOT =
  /AccessDenied|not authorized to perform|UnauthorizedOperation|Check that the (task execution )?role|Access to KMS is not allowed/i;

export const isUnanswered = (text: string): boolean => NOBODY_ANSWERS.test(text);
export const isDenied = (text: string): boolean => MAY_NOT.test(text) && !isUnanswered(text);

/** `secretsmanager:GetSecretValue` of "… is not authorized to perform: secretsmanager:GetSecretValue on resource: …". */
export const deniedAction = (text: string): { action: string; resource: string | undefined } | undefined => {
  const [, action, resource] =
    /not authorized to perform: ([\w-]+:\w+)(?: on resource: ([^\s,;]+))?/.exec(text) ?? [];
  return action === undefined ? undefined : { action, resource };
};
