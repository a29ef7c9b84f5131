import { describe, expect, it } from "vitest";
import { RenewingSession } from "./role-session.ts";

const session = (AccessKeyId: string, livesMs = 3_600_000) => ({
  RoleArn: "arn:aws:iam::000000000000:role/flow",
  AccessKeyId,
  SecretAccessKey: "s",
  Token: "t",
  Expiration: new Date(Date.now() + livesMs).toISOString(),
});

describe("RenewingSession", () => {
  it("asks once while the session is young, also when many ask at once", async () => {
    let assumed = 0;
    const renewing = new RenewingSession(async () => session(`AKIA${++assumed}`));
    await Promise.all([renewing.get(), renewing.get()]);
    await renewing.get();
    expect(assumed).toBe(1);
  });

  it("renews before the session expires", async () => {
    let assumed = 0;
    const renewing = new RenewingSession(async () => session(`AKIA${++assumed}`, 19 * 60_000));
    await renewing.get();
    expect((await renewing.get()).AccessKeyId).toBe("AKIA2");
  });

  it("asks again after a refusal", async () => {
    let assumed = 0;
    const renewing = new RenewingSession(async () => {
      if (++assumed === 1) throw new Error("refused");
      return session("AKIA2");
    });
    await expect(renewing.get()).rejects.toThrow("refused");
    expect((await renewing.get()).AccessKeyId).toBe("AKIA2");
  });
});
