import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readPrefectProfile } from "./prefect-profile.ts";

/** As `prefect cloud login` and `prefect profile create` leave it. */
const TWO_PROFILES = `active = "cloud"

[profiles.cloud]
PREFECT_API_KEY = "pnu_cloud"
PREFECT_API_URL = "https://api.prefect.cloud/api/accounts/a/workspaces/w"

[profiles."at home"]
PREFECT_API_URL = "http://127.0.0.1:4200/api"
`;

async function homeWith(text: string): Promise<string> {
  const home = await mkdtemp(join(tmpdir(), "prefect-home-"));
  await writeFile(join(home, "profiles.toml"), text);
  return home;
}

describe("readPrefectProfile", () => {
  it("reads the active profile", async () => {
    const PREFECT_HOME = await homeWith(TWO_PROFILES);
    expect(await readPrefectProfile({ PREFECT_HOME })).toMatchObject({
      name: "cloud",
      apiKey: "pnu_cloud",
      apiUrl: "https://api.prefect.cloud/api/accounts/a/workspaces/w",
    });
  });

  it("follows PREFECT_PROFILE, as the prefect command does", async () => {
    const PREFECT_HOME = await homeWith(TWO_PROFILES);
    expect(await readPrefectProfile({ PREFECT_HOME, PREFECT_PROFILE: "at home" })).toMatchObject({
      name: "at home",
      apiKey: undefined,
      apiUrl: "http://127.0.0.1:4200/api",
    });
  });

  it("gives nothing where nobody has logged in", async () => {
    expect(await readPrefectProfile({ PREFECT_HOME: join(tmpdir(), "nobody-here") })).toBeUndefined();
    expect(await readPrefectProfile({ PREFECT_HOME: await homeWith('active = "gone"\n') })).toBeUndefined();
  });

  it("does not quote a broken line, which may hold the key", async () => {
    const PREFECT_HOME = await homeWith('[profiles.cloud]\nPREFECT_API_KEY = "pnu_secret\n');
    const error = await readPrefectProfile({ PREFECT_HOME }).catch((thrown) => thrown);
    expect(error).toMatchObject({ code: "PREFECT_PROFILE_UNREADABLE" });
    expect(error.message).toMatch(/line \d+ cannot be read/);
    expect(`${error.message}${error.stack}${error.cause}`).not.toContain("pnu_secret");
  });
});
