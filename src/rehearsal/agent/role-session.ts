import type { RoleSession } from "./control-plane.ts";

/**
 * A session is exchanged when less than this is left of it. More than the quarter of an hour at which botocore
 * starts to ask for a new one, so that it gets one.
 */
const RENEW_BEFORE_EXPIRY_MS = 20 * 60_000;

/** A role's session that is never out of date: asked for once, kept, and renewed before it expires. */
export class RenewingSession {
  readonly #assume: () => Promise<RoleSession>;
  #session: Promise<RoleSession> | undefined;
  #renewAfter = 0;

  constructor(assume: () => Promise<RoleSession>) {
    this.#assume = assume;
  }

  async get(): Promise<RoleSession> {
    if (!this.#session || Date.now() >= this.#renewAfter) {
      this.#renewAfter = Number.POSITIVE_INFINITY;
      const session = this.#assume();
      this.#session = session;
      session.then(
        ({ Expiration }) => {
          this.#renewAfter = Date.parse(Expiration) - RENEW_BEFORE_EXPIRY_MS;
        },
        () => {
          this.#session = undefined;
        },
      );
    }
    return this.#session;
  }

  /** For the AWS SDK's clients. */
  readonly provider = async () => {
    const session = await this.get();
    return {
      accessKeyId: session.AccessKeyId,
      secretAccessKey: session.SecretAccessKey,
      sessionToken: session.Token,
      expiration: new Date(session.Expiration),
    };
  };
}
