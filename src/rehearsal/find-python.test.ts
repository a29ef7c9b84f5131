import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { findPython } from "./find-python.ts";

let bin: string;

beforeEach(async () => {
  bin = await mkdtemp(join(tmpdir(), "find-python-"));
});
afterEach(() => rm(bin, { recursive: true, force: true }));

/** A command that answers the probe as a Python of this version would. */
async function command(name: string, version: string): Promise<string> {
  const [major, minor] = version.split(".").map(Number);
  const answer = { path: join(bin, name), version, platform: "linux-x86_64", minor: [major, minor] };
  const file = join(bin, name);
  await writeFile(file, `#!/bin/sh\necho '${JSON.stringify(answer)}'\n`);
  await chmod(file, 0o755);
  return file;
}

const onlyThese = () => ({ PATH: bin });

describe("findPython", () => {
  it("takes python3", async () => {
    await command("python3", "3.11.7");
    expect(await findPython(onlyThese())).toEqual({
      path: join(bin, "python3"),
      version: "3.11.7",
      platform: "linux-x86_64",
    });
  });

  it("takes a numbered one when python3 is too old", async () => {
    await command("python3", "3.8.10");
    await command("python3.12", "3.12.1");
    expect(await findPython(onlyThese())).toMatchObject({ version: "3.12.1" });
  });

  it("prefers the one that PREFECT_FARGATE_PYTHON names, and looks at no other", async () => {
    await command("python3", "3.11.7");
    const named = await command("mine", "3.9.1");
    await expect(findPython({ ...onlyThese(), PREFECT_FARGATE_PYTHON: named })).rejects.toMatchObject({
      code: "PYTHON_TOO_OLD",
      message: `${named} is Python 3.9.1; the rehearsal needs 3.10 to 3.13.`,
      hint: expect.stringContaining("PREFECT_FARGATE_PYTHON"),
    });
  });

  it("says so when there is none", async () => {
    await expect(findPython(onlyThese())).rejects.toMatchObject({
      code: "PYTHON_MISSING",
      source: "environment",
      message: "There is no Python on the PATH.",
    });
  });

  it("passes over a command that only pretends to be Python", async () => {
    await writeFile(
      join(bin, "python3"),
      "#!/bin/sh\necho Python was not found; run without arguments to install\n",
    );
    await chmod(join(bin, "python3"), 0o755);
    await expect(findPython(onlyThese())).rejects.toMatchObject({ code: "PYTHON_MISSING" });
  });

  it("says that a Python is too new rather than that there is none", async () => {
    await command("python3", "3.15.0");
    await expect(findPython(onlyThese())).rejects.toMatchObject({ code: "PYTHON_TOO_NEW" });
  });
});
