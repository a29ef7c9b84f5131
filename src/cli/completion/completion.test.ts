import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runCli } from "../../../test/helpers/run-cli.ts";
import { commands } from "../commands/index.ts";

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "prefect-fargate-completion-"));
  await writeFile(join(dir, "staging.config.ts"), "");
  await writeFile(join(dir, "completion.bash"), (await runCli(["completion", "bash"])).stdout);
});
afterAll(() => rm(dir, { recursive: true, force: true }));

/** What a real bash offers after these words; the last one is being typed. */
async function offered(...words: string[]): Promise<string[]> {
  const script =
    'source ./completion.bash; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _prefect_fargate; printf "%s\\n" "${COMPREPLY[@]}"';
  const args = ["--norc", "-c", script, "bash", "prefect-fargate", ...words];
  const { stdout } = await promisify(execFile)("bash", args, { cwd: dir });
  return stdout.split("\n").filter(Boolean);
}

describe("bash", () => {
  it("is offered the commands, the same as the help lists", async () => {
    expect((await offered("")).filter((word) => !word.startsWith("-"))).toEqual(
      commands.map(({ name }) => name),
    );
    expect(await offered("de")).toEqual(["deploy", "destroy"]);
  });

  it("is offered a command's options, wherever the word stands", async () => {
    expect(await offered("destroy", "--yes", "--s")).toEqual(["--stop-runs"]);
    expect(await offered("plan", "--stop")).toEqual([]);
  });

  it("is offered the values of an option or an argument that has only a few, and files where one is wanted", async () => {
    expect(await offered("init", "--prefect", "")).toEqual(["2", "3"]);
    expect(await offered("completion", "z")).toEqual(["zsh"]);
    expect(await offered("deploy", "--config", "stag")).toEqual(["staging.config.ts"]);
    expect(await offered("run", "--worker", "")).toEqual([]);
  });
});

it("zsh gets the same, by its own means of running what is written for bash", async () => {
  const { stdout } = await runCli(["completion", "zsh"]);
  expect(stdout).toMatch(/bashcompinit\n# Completion .*\n_prefect_fargate\(\) \{/);
});

it("fish is told what each word does", async () => {
  const { stdout } = await runCli(["completion", "fish"]);
  const lines = stdout
    .split("\n")
    .filter((line) => /'__fish_seen_subcommand_from init' .*(prefect|yes)/.test(line));
  expect(lines).toMatchInlineSnapshot(`
    [
      "complete -c prefect-fargate -n '__fish_seen_subcommand_from init' -l prefect -xa '2 3' -d 'major version of Prefect'",
      "complete -c prefect-fargate -n '__fish_seen_subcommand_from init' -s y -l yes -d 'take the recommended answer to every question'",
    ]
  `);
});

it("another shell is refused with those there are", async () => {
  const { stderr, status } = await runCli(["completion", "tcsh"]);
  expect(stderr).toMatchInlineSnapshot(`
    "USAGE: Command-argument value 'tcsh' is invalid for argument 'shell'. Allowed choices are bash, zsh, fish.
    → See what can be typed: prefect-fargate completion --help
    "
  `);
  expect(status).toBe(2);
});
