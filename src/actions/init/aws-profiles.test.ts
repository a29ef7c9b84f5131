import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { awsProfiles, shellRegion } from "./aws-profiles.ts";

let home: string;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "prefect-fargate-aws-"));
  await mkdir(join(home, ".aws"));
  await writeFile(
    join(home, ".aws", "config"),
    "[profile prod]\nregion = eu-west-1\n\n[default]\nregion = us-east-2\n\n[sso-session acme]\nsso_region = eu-west-1\n",
  );
  await writeFile(
    join(home, ".aws", "credentials"),
    "[ci]\naws_access_key_id = x\naws_secret_access_key = y\n",
  );
});
afterAll(() => rm(home, { recursive: true, force: true }));

describe("AWS profiles", () => {
  it("come from both files, the default first, sessions left out", async () => {
    expect(await awsProfiles({ HOME: home })).toEqual([
      { name: "default", region: "us-east-2" },
      { name: "ci", region: undefined },
      { name: "prod", region: "eu-west-1" },
    ]);
  });

  it("are none where there are no files", async () => {
    expect(await awsProfiles({ HOME: join(home, "nobody") })).toEqual([]);
  });

  it("give the region of the shell: variables first, then the chosen profile, then the default one", async () => {
    const profiles = await awsProfiles({ HOME: home });
    expect(shellRegion({ AWS_REGION: "sa-east-1", AWS_PROFILE: "prod" }, profiles)).toBe("sa-east-1");
    expect(shellRegion({ AWS_PROFILE: "prod" }, profiles)).toBe("eu-west-1");
    expect(shellRegion({}, profiles)).toBe("us-east-2");
    expect(shellRegion({ AWS_PROFILE: "ci" }, profiles)).toBeUndefined();
  });
});
