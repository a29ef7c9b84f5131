import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findTerraform } from "#engine/find-terraform.ts";
import { openStage, type Stage } from "../helpers/stage.ts";

/** No Docker engine runs here: this one notes what it is asked, and answers as Docker does when a push has succeeded. */
const DOCKER = `#!/bin/sh
echo "$*" >> "$DOCKER_LOG"
case "$1" in
  build) for last; do :; done; cp "$last/Dockerfile" "$DOCKER_LOG.dockerfile";;
  login) cat > "$DOCKER_LOG.password";;
  image) for last; do :; done; echo "[\\"\${last%:*}@sha256:${"c".repeat(64)}\\"]";;
esac
`;

let stage: Stage;
let env: Record<string, string>;

beforeAll(async () => {
  stage = await openStage({ version: 3 });
  const folder = join(stage.dir, "..", "programs");
  await mkdir(folder);
  await writeFile(join(folder, "docker"), DOCKER);
  await chmod(join(folder, "docker"), 0o755);
  env = { PATH: `${folder}:${stage.env.PATH}`, DOCKER_LOG: join(folder, "docker.log") };
});

afterAll(async () => {
  await stage?.close();
});

describe("image build", () => {
  it("needs a repository in the config, and Docker", async () => {
    expect((await stage.cli(["image", "build"], { env })).stderr).toContain("Add images: {} to the config");
    const PATH = join(stage.dir, "nothing-here");
    const { path: PREFECT_FARGATE_TERRAFORM } = await findTerraform();
    const without = await stage.cli(["image", "build"], { env: { PATH, PREFECT_FARGATE_TERRAFORM } });
    expect(without.stderr).toContain("DOCKER_MISSING");
    expect(without.stderr).toContain("prefect-fargate image build --out image");
  });

  it("writes what another machine builds", async () => {
    const run = await stage.must(["image", "build", "--out", "image"]);
    expect(await readFile(join(stage.dir, "image", "Dockerfile"), "utf8")).toContain(
      'RUN pip install --no-cache-dir "prefect-aws==0.7.12" "fastapi==0.139.2"',
    );
    expect(run.stdout).toContain("aws ecr get-login-password --region us-east-1 | docker login");
  });

  it("makes the repository and nothing else, pushes, and tells the image by its digest", async () => {
    await stage.configure({ images: {} });
    const asked = await stage.cli(["image", "build"], { env });
    expect(asked.stderr).toContain("NOBODY_TO_ASK");
    expect(asked.stdout).toContain("image repository prefect-worker");
    const run = await stage.must(["image", "build", "--json", "--yes"], { env });
    const built = JSON.parse(run.stdout);
    expect(built.reference).toMatch(/\.dkr\.ecr\.us-east-1\.amazonaws\.com\/prefect-worker@sha256:c{64}$/);
    const log = await readFile(env.DOCKER_LOG!, "utf8");
    expect(log).toContain(`push ${built.repository}:${built.tag}`);
    const password = await readFile(`${env.DOCKER_LOG}.password`, "utf8");
    expect(password.length).toBeGreaterThan(4);
    expect(log).not.toContain(password);
    expect(await readFile(`${env.DOCKER_LOG}.dockerfile`, "utf8")).toContain(
      "FROM prefecthq/prefect:3-latest",
    );

    const state = JSON.parse(
      await readFile(join(stage.dir, ".prefect-fargate", "terraform.tfstate"), "utf8"),
    );
    const made = state.resources.filter(({ mode }: { mode: string }) => mode === "managed");
    expect(made.map(({ type }: { type: string }) => type).toSorted()).toEqual([
      "aws_ecr_lifecycle_policy",
      "aws_ecr_repository",
    ]);
    // Once more, there is nothing to be asked.
    await stage.must(["image", "build", "--json"], { env });
  });
});
