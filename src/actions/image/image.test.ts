import { describe, expect, it } from "vitest";
import { resolveConfig } from "#config/resolve-config.ts";
import { dockerCommands, referenceIn, registryOf, tagOf } from "./docker-commands.ts";
import { dockerfile, imageRecipe } from "./dockerfile.ts";

const REPOSITORY = "123456789012.dkr.ecr.us-east-1.amazonaws.com/prefect-worker";
const recipeOf = (input: object, worker = "dev-worker", base?: string) =>
  imageRecipe(resolveConfig(input, "the config", {}), worker, base);

describe("the Dockerfile", () => {
  it("has the integration in it, pinned as the worker would install it at its start", () => {
    expect(dockerfile(recipeOf({ prefect: { version: 3 } }))).toBe(
      [
        "# Written by prefect-fargate image build.",
        "FROM prefecthq/prefect:3-latest",
        "# In the image, and not installed at every start: see docs/images.md.",
        'RUN pip install --no-cache-dir "prefect-aws==0.7.12" "fastapi==0.139.2"',
        "",
      ].join("\n"),
    );
    expect(dockerfile(recipeOf({}))).toContain('"prefect-aws==0.4.20"');
  });

  it("stands on the stock image again when the config names the image that was built before", () => {
    const image = `${REPOSITORY}@sha256:${"0".repeat(64)}`;
    const recipe = recipeOf({ workers: { "dev-worker": { image, extraPipPackages: [] } } });
    expect(recipe).toMatchObject({
      base: "prefecthq/prefect:2-latest",
      requirements: ["prefect-aws==0.4.20"],
    });
  });

  it("takes the config's own pins, another base, and the worker's processor", () => {
    const extraPipPackages = ["prefect-aws==0.4.19", "pandas==2.2.3"];
    const workers = { "dev-worker": { architecture: "arm64", extraPipPackages } };
    expect(recipeOf({ workers }, "dev-worker", "acme/flows:1")).toEqual({
      base: "acme/flows:1",
      requirements: extraPipPackages,
      withPrograms: false,
      platform: "linux/arm64",
    });
  });

  it("brings the programs of a worker that runs flows itself", () => {
    const image = `${REPOSITORY}:first`;
    const recipe = recipeOf({ workers: { "dev-worker": { type: "process", image } } });
    expect(recipe.withPrograms).toBe(true);
    expect(dockerfile(recipe)).toContain("COPY --chmod=0644 programs/ /opt/prefect-fargate/");
    expect(dockerfile(recipe)).not.toContain("pip install");
  });
});

describe("Docker's commands", () => {
  const commands = dockerCommands(
    { repository: REPOSITORY, tag: "t" },
    { platform: "linux/amd64" },
    "/folder",
  );

  it("build, log in, push and ask for the digest, and no password is among their arguments", () => {
    expect(commands.map(({ args }) => args.join(" "))).toEqual([
      `build --pull --platform linux/amd64 --provenance=false --tag ${REPOSITORY}:t /folder`,
      "login --username AWS --password-stdin 123456789012.dkr.ecr.us-east-1.amazonaws.com",
      `push ${REPOSITORY}:t`,
      `image inspect --format {{json .RepoDigests}} ${REPOSITORY}:t`,
    ]);
  });

  it("tell the image by the digest that this repository gave it", () => {
    const digest = `sha256:${"a".repeat(64)}`;
    const inspected = JSON.stringify([
      `docker.io/acme/x@sha256:${"b".repeat(64)}`,
      `${REPOSITORY}@${digest}`,
    ]);
    expect(referenceIn(inspected, { repository: REPOSITORY })).toBe(`${REPOSITORY}@${digest}`);
    expect(referenceIn("[]", { repository: REPOSITORY })).toBeUndefined();
  });

  it("tag each build anew, as tags never move", () => {
    expect(tagOf(3, new Date("2026-11-27T18:45:01.250Z"))).toBe("prefect-3-20261127184501");
    expect(registryOf(REPOSITORY)).toBe("123456789012.dkr.ecr.us-east-1.amazonaws.com");
  });
});
