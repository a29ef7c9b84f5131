import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { expect, it } from "vitest";
import { cloneAddress, flowSource } from "./flow-source.ts";

it.each([
  ["git@github.com:acme/flows.git", "https://github.com/acme/flows.git"],
  ["ssh://git@gitlab.example.com:2222/acme/flows.git", "https://gitlab.example.com/acme/flows.git"],
  ["https://github.com/acme/flows.git", "https://github.com/acme/flows.git"],
  ["https://jo:ghp_secret@github.com/acme/flows.git", "https://github.com/acme/flows.git"],
  ["/srv/git/flows.git", "/srv/git/flows.git"],
])("a task can clone %s as %s", (remote, address) => {
  expect(cloneAddress(remote)).toBe(address);
});

it("reads remote and branch of the project's repository, and knows nothing where there is none", async () => {
  const dir = await mkdtemp(join(tmpdir(), "prefect-fargate-git-"));
  const { PATH = "" } = process.env;
  const env = { PATH, HOME: dir, GIT_CEILING_DIRECTORIES: tmpdir() };
  const git = (...args: string[]) => execa("git", args, { cwd: dir, env, extendEnv: false });
  expect(await flowSource(dir, env)).toBeUndefined();
  await git("init", "--initial-branch=trunk");
  expect(await flowSource(dir, env)).toBeUndefined();
  await git("remote", "add", "origin", "git@github.com:acme/flows.git");
  expect(await flowSource(dir, env)).toEqual({
    repository: "https://github.com/acme/flows.git",
    branch: "trunk",
  });
  await rm(dir, { recursive: true });
});
