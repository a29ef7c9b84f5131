import { spawnSync } from "node:child_process";
import { readdir } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { silentReporter } from "#reporter";
import { extraPipPackages, parseImageReference, prefectEnvironment, prefectImages } from "./images.ts";

const environmentOf = (reference: string) => prefectEnvironment(parseImageReference(reference));

describe("prefectEnvironment", () => {
  it.each([
    ["prefecthq/prefect:2-latest", "prefect-2"],
    ["prefecthq/prefect:2.20.26", "prefect-2"],
    ["prefecthq/prefect:2-python3.11", "prefect-2"],
    ["prefecthq/prefect:2", "prefect-2"],
    ["prefecthq/prefect:3-latest", "prefect-3"],
    ["prefecthq/prefect:3.8.8-python3.12", "prefect-3"],
    ["docker.io/prefecthq/prefect:3.8", "prefect-3"],
    ["registry.example.com:5000/prefecthq/prefect:2-latest", "prefect-2"],
    ["123456789012.dkr.ecr.us-east-1.amazonaws.com/docker-hub/prefecthq/prefect:3-latest", "prefect-3"],
    [`prefecthq/prefect:2-latest@sha256:${"a".repeat(64)}`, "prefect-2"],
    ["123456789012.dkr.ecr.us-east-1.amazonaws.com/prefect-fargate-worker:3.8.8-1f2e3d", "prefect-3"],
    ["prefect-fargate-worker:2", "prefect-2"],
  ])("finds in %s %s", (reference, environment) => {
    expect(environmentOf(reference)).toBe(environment);
  });

  it.each([
    "nginx",
    "prefecthq/prefect:1-latest",
    "prefecthq/prefect:30.1",
    "prefecthq/prefect",
    "prefecthq/prefect-dev:2-latest",
    "someone/prefect:2-latest",
    "prefect-fargate-worker",
    "prefect-fargate-worker-dev:3",
    `prefecthq/prefect@sha256:${"a".repeat(64)}`,
  ])("finds none in %s", (reference) => {
    expect(environmentOf(reference)).toBeUndefined();
  });
});

describe("parseImageReference", () => {
  it.each([
    ["nginx", "docker.io/library/nginx:latest"],
    ["prefecthq/prefect:2-latest", "docker.io/prefecthq/prefect:2-latest"],
    ["index.docker.io/a/b:1", "docker.io/a/b:1"],
    ["localhost/a/b", "localhost/a/b:latest"],
    ["host:5000/a", "host:5000/a:latest"],
    ["a/b@sha256:00", "docker.io/a/b@sha256:00"],
    ["a/b:1@sha256:00", "docker.io/a/b:1@sha256:00"],
  ])("writes %s in full as %s", (reference, canonical) => {
    expect(parseImageReference(reference).canonical).toBe(canonical);
  });
});

describe("extraPipPackages", () => {
  it("cuts at blanks and line breaks and keeps quotes, as an unquoted shell variable does", () => {
    expect(
      extraPipPackages({ EXTRA_PIP_PACKAGES: ' prefect-aws==0.4.20  "s3fs"\n\tpandas[aws]>=2 ' }),
    ).toEqual(["prefect-aws==0.4.20", '"s3fs"', "pandas[aws]>=2"]);
    expect(extraPipPackages({})).toEqual([]);
  });
});

describe("prefectImages", () => {
  it("puts the environment's programs first in the PATH and nothing of the caller's", async () => {
    const asked: unknown[] = [];
    const images = prefectImages({
      environment: async (name, extras) => {
        asked.push([name, extras]);
        return { bin: extras.length ? "/venv-extra/bin" : "/venv/bin" };
      },
      reporter: silentReporter,
    });
    const image = await images.resolve("prefecthq/prefect:3-latest", {
      EXTRA_PIP_PACKAGES: "prefect-aws==0.7.12",
    });
    expect(asked).toContainEqual(["prefect-3", ["prefect-aws==0.7.12"]]);
    expect(image.env).toEqual({
      LANG: "C.UTF-8",
      LC_ALL: "C.UTF-8",
      PATH: "/venv-extra/bin:/usr/local/bin:/usr/bin:/bin",
    });
  });

  it("holds the supervisor where our own image has it, and not in Prefect's", async () => {
    const images = prefectImages({
      environment: async () => ({ bin: "/venv/bin" }),
      reporter: silentReporter,
    });
    const ours = await images.resolve("registry.example.com/prefect-fargate-worker:3", {});
    expect(await readdir(ours.folders!["/opt/prefect-fargate"]!)).toContain("supervisor.py");
    expect((await images.resolve("prefecthq/prefect:3-latest", {})).folders).toEqual({});
  });

  it("fails where Fargate does when extra packages cannot be installed: in the entry point, not in the pull", async () => {
    const images = prefectImages({
      environment: async (_name, extras) => {
        if (extras.length > 0) throw new Error("no such package");
        return { bin: "/venv/bin" };
      },
      reporter: silentReporter,
    });
    const { entryPoint } = await images.resolve("prefecthq/prefect:2-latest", {
      EXTRA_PIP_PACKAGES: "nope==1",
    });
    const [program = "", ...args] = entryPoint ?? [];
    const { status, stderr } = spawnSync(program, [...args, "prefect", "worker"], { encoding: "utf8" });
    expect(status).toBe(1);
    expect(stderr).toBe("EXTRA_PIP_PACKAGES (nope==1) cannot be installed: no such package\n");
  });

  it("replaces the entry point by the command, which keeps its arguments and its exit code", async () => {
    const images = prefectImages({
      environment: async () => ({ bin: "/venv/bin" }),
      reporter: silentReporter,
    });
    const { entryPoint } = await images.resolve("prefecthq/prefect:2-latest", {});
    const run = (...command: string[]) =>
      spawnSync(entryPoint![0]!, [...entryPoint!.slice(1), ...command], { encoding: "utf8" });
    expect(run("/bin/sh", "-c", 'printf "%s" "$1"; exit 4', "sh", "a  b")).toMatchObject({
      status: 4,
      stdout: "a  b",
    });
    expect(run("/no/such/program").status).toBe(127);
    expect(run().status).toBe(0);
  });

  it("refuses another image in AWS's words and says in ours which it has", async () => {
    const warnings: string[] = [];
    const images = prefectImages({
      environment: async () => ({ bin: "/venv/bin" }),
      reporter: { ...silentReporter, warn: (sentence) => warnings.push(sentence) },
    });
    await expect(images.resolve("nginx:1.29", {})).rejects.toThrow(
      "CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref docker.io/library/nginx:1.29: docker.io/library/nginx:1.29: not found",
    );
    expect(warnings).toEqual([
      "The rehearsal has no image nginx:1.29: it runs prefecthq/prefect and prefect-fargate-worker with a tag of Prefect 2 or 3.",
    ]);
  });
});
