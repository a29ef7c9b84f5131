import { randomBytes, randomUUID, timingSafeEqual } from "node:crypto";
import type { EndpointHandler } from "./endpoint-server.ts";
import type { RenewingSession } from "./role-session.ts";

const PATH_PREFIX = "/v2/credentials/";

export interface CredentialsGrant {
  /** Path on the endpoint server, for AWS_CONTAINER_CREDENTIALS_FULL_URI. */
  readonly path: string;
  /** For AWS_CONTAINER_AUTHORIZATION_TOKEN; the SDKs send it as the Authorization header. */
  readonly token: string;
  revoke(): void;
}

/**
 * The container credentials endpoint: gives each task the session of its own role, and none to who does not know
 * the task's token.
 * https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html
 */
export class CredentialsEndpoint {
  readonly #grants = new Map<string, { token: string; session: RenewingSession }>();

  grant(session: RenewingSession): CredentialsGrant {
    const path = PATH_PREFIX + randomUUID();
    const token = randomBytes(32).toString("base64url");
    this.#grants.set(path, { token, session });
    return { path, token, revoke: () => this.#grants.delete(path) };
  }

  readonly handle: EndpointHandler = async ({ method, path, headers }) => {
    if (method !== "GET" || !path.startsWith(PATH_PREFIX)) return undefined;
    const grant = this.#grants.get(path);
    if (!grant) {
      return { status: 404, body: { code: "InvalidIdInRequest", message: "No task has these credentials." } };
    }
    if (!sameText(headers.authorization ?? "", grant.token)) {
      return {
        status: 401,
        body: { code: "AccessDenied", message: "The authorization token is not the task's." },
      };
    }
    return { status: 200, body: await grant.session.get() };
  };
}

function sameText(left: string, right: string): boolean {
  const [a, b] = [Buffer.from(left), Buffer.from(right)];
  return a.length === b.length && timingSafeEqual(a, b);
}
