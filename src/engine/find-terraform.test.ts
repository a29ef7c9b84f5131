import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { fakeProgram, temporaryFolder } from "../../test/helpers/terraform-fixtures.ts";
import { findTerraform } from "./find-terraform.ts";

const answering = (version: string) => `echo '{"terraform_version": "${version}"}'`;
const failure = (env: NodeJS.ProcessEnv) =>
  findTerraform({ env }).then(
    () => undefined,
    (error) => error,
  );

describe("findTerraform", () => {
  it("finds the Terraform of this machine", async () => {
    const found = await findTerraform();
    expect(found.path).toMatch(/terraform|tofu/);
    expect(found.version).toMatch(/^1\.\d+\.\d+/);
  });

  it("prefers terraform to tofu, wherever they lie on the PATH", async () => {
    using first = temporaryFolder();
    using second = temporaryFolder();
    fakeProgram(first, "tofu", answering("1.12.0"));
    fakeProgram(second, "terraform", answering("1.13.0"));
    const found = await findTerraform({ env: { PATH: `${first.path}:${second.path}` } });
    expect(found).toEqual({ path: join(second.path, "terraform"), product: "terraform", version: "1.13.0" });
  });

  it("takes tofu where terraform is too old", async () => {
    using folder = temporaryFolder();
    fakeProgram(folder, "terraform", answering("1.5.7"));
    fakeProgram(folder, "tofu", answering("1.11.2"));
    expect(await findTerraform({ env: { PATH: folder.path } })).toMatchObject({
      product: "tofu",
      version: "1.11.2",
    });
  });

  it("asks a program with a name of its own which product it is", async () => {
    using folder = temporaryFolder();
    const path = fakeProgram(
      folder,
      "tf-wrapper",
      `[ "$2" = -json ] && ${answering("1.11.0")} || echo "OpenTofu v1.11.0"`,
    );
    expect(await findTerraform({ env: { PREFECT_FARGATE_TERRAFORM: path } })).toMatchObject({
      product: "tofu",
    });
  });

  it("says where a Terraform that is too old lies and what is wanted", async () => {
    using folder = temporaryFolder();
    const path = fakeProgram(folder, "terraform", answering("1.10.5"));
    const error = await failure({ PATH: folder.path });
    expect(error).toMatchObject({ code: "TERRAFORM_TOO_OLD", source: "environment" });
    expect(error.message).toBe(
      `${path} is Terraform 1.10.5; 1.11.0 or newer is needed, as older ones would keep the API key in the state.`,
    );
    expect(error.hint).toContain("Install Terraform 1.11 or newer");
  });

  it("holds a release candidate of the oldest version for too old", async () => {
    using folder = temporaryFolder();
    fakeProgram(folder, "tofu", answering("1.11.0-rc2"));
    expect(await failure({ PATH: folder.path })).toMatchObject({ code: "TERRAFORM_TOO_OLD" });
  });

  it("says that nothing is installed, and what to install", async () => {
    using folder = temporaryFolder();
    mkdirSync(join(folder.path, "terraform"));
    const error = await failure({ PATH: folder.path });
    expect(error).toMatchObject({
      code: "TERRAFORM_MISSING",
      message: "Neither terraform nor tofu is on the PATH.",
    });
    expect(error.hint).toContain("PREFECT_FARGATE_TERRAFORM=/path/to/terraform");
  });

  it("says that the named program is none", async () => {
    expect(await failure({ PREFECT_FARGATE_TERRAFORM: "/nowhere/terraform" })).toMatchObject({
      code: "TERRAFORM_MISSING",
      message:
        'PREFECT_FARGATE_TERRAFORM names "/nowhere/terraform", which is not a program that can be run.',
    });
  });

  it.each([
    ["answers nonsense", "echo hello", 'answered "hello"'],
    ["fails", "echo 'cannot execute' >&2; exit 3", "ended with exit status 3"],
    ["is killed", "kill -9 $$", "was ended by SIGKILL"],
    ["has a version that is none", answering("latest"), "answered"],
  ])("calls a program broken that %s", async (_what, script, said) => {
    using folder = temporaryFolder();
    const path = fakeProgram(folder, "terraform", script);
    const error = await failure({ PATH: `${folder.path}:/bin:/usr/bin`.replace(/:.*/, "") });
    expect(error).toMatchObject({ code: "TERRAFORM_BROKEN" });
    expect(error.message).toContain(path);
    expect(error.message).toContain(said);
  });
});
