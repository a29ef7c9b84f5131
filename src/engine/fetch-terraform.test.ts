import { createHash } from "node:crypto";
import { existsSync, readdirSync, statSync, utimesSync } from "node:fs";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { zipSync } from "fflate";
import { describe, expect, it } from "vitest";
import { recordingReporter, temporaryFolder } from "../../test/helpers/terraform-fixtures.ts";
import { ensureTerraform } from "./ensure-terraform.ts";
import { fetchTerraform } from "./fetch-terraform.ts";
import { TERRAFORM_CHECKSUMS } from "./terraform-release.ts";

const PROGRAM = '#!/bin/sh\necho \'{"terraform_version": "1.11.4"}\'\n';
const ZIP = zipSync({ "LICENSE.txt": new Uint8Array(10), terraform: Buffer.from(PROGRAM) });
const CHECKSUMS = { linux_amd64: createHash("sha256").update(ZIP).digest("hex") };

interface Releases extends AsyncDisposable {
  readonly url: string;
  readonly asked: string[];
}

async function releases(
  answer: RequestListener = (_request, response) => response.end(ZIP),
): Promise<Releases> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? "");
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    asked,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const options = (cache: string, url: string) => ({
  reporter: recordingReporter(),
  platform: "linux_amd64",
  checksums: CHECKSUMS,
  env: { PATH: "", PREFECT_FARGATE_CACHE_DIR: cache, PREFECT_FARGATE_RELEASES_URL: url },
});

const leftIn = (cache: string): string[] =>
  existsSync(cache)
    ? (readdirSync(cache, { recursive: true }) as string[]).filter((name) => name !== "terraform")
    : [];

describe("fetchTerraform", () => {
  it("fetches the pinned release once, and gives a program that runs", async () => {
    using cache = temporaryFolder();
    await using server = await releases();
    const first = options(cache.path, server.url);
    const path = await fetchTerraform(first);
    expect(path).toBe(join(cache.path, "terraform", "1.11.4_linux_amd64", "terraform"));
    expect(statSync(path).mode & 0o111).toBe(0o111);
    expect(await fetchTerraform(options(cache.path, server.url))).toBe(path);
    expect(server.asked).toEqual(["/1.11.4/terraform_1.11.4_linux_amd64.zip"]);
    expect(first.reporter.said[0]).toBe("stage: Fetching Terraform 1.11.4");
    expect(first.reporter.said.at(-1)).toBe("update: 100 %");
  });

  it("throws away what has another checksum", async () => {
    using cache = temporaryFolder();
    await using server = await releases((_request, response) =>
      response.end(zipSync({ terraform: Buffer.from("evil") })),
    );
    const failed = fetchTerraform(options(cache.path, server.url));
    await expect(failed).rejects.toMatchObject({
      code: "TERRAFORM_CHECKSUM_WRONG",
      message: expect.stringContaining("its checksum is wrong"),
      details: [
        `expected SHA-256 ${CHECKSUMS.linux_amd64}`,
        expect.stringMatching(/^received SHA-256 [0-9a-f]{64}$/),
      ],
    });
    expect(leftIn(cache.path)).toEqual([]);
  });

  it("leaves nothing of a download that breaks off", async () => {
    using cache = temporaryFolder();
    await using server = await releases((_request, response) => {
      response.writeHead(200, { "content-length": String(ZIP.length) });
      response.write(ZIP.subarray(0, 40), () => response.destroy());
    });
    await expect(fetchTerraform(options(cache.path, server.url))).rejects.toMatchObject({
      code: "TERRAFORM_MISSING",
    });
    expect(leftIn(cache.path)).toEqual([]);
  });

  it("leaves nothing when it is interrupted", async () => {
    using cache = temporaryFolder();
    const stop = new AbortController();
    await using server = await releases((_request, response) => {
      response.writeHead(200, { "content-length": String(ZIP.length) });
      response.write(ZIP.subarray(0, 40), () => stop.abort());
    });
    const interrupted = fetchTerraform({ ...options(cache.path, server.url), signal: stop.signal });
    await expect(interrupted).rejects.toMatchObject({ name: "Cancelled" });
    expect(leftIn(cache.path)).toEqual([]);
  });

  it("sweeps away drafts of runs that died long ago, not of those at work", async () => {
    using cache = temporaryFolder();
    cache.write("terraform/.draft-old/terraform", "half");
    cache.write("terraform/.draft-new/terraform", "half");
    utimesSync(join(cache.path, "terraform", ".draft-old"), new Date(0), new Date(0));
    await using server = await releases();
    await fetchTerraform(options(cache.path, server.url));
    expect(readdirSync(join(cache.path, "terraform")).sort()).toEqual([".draft-new", "1.11.4_linux_amd64"]);
  });

  it("lets two fetch at the same time", async () => {
    using cache = temporaryFolder();
    await using server = await releases();
    const [one, other] = await Promise.all([1, 2].map(() => fetchTerraform(options(cache.path, server.url))));
    expect(one).toBe(other);
    expect(leftIn(cache.path).filter((name) => name.includes(".draft"))).toEqual([]);
  });

  it.each<[string, RequestListener, RegExp]>([
    [
      "has no such release",
      (_request, response) => response.writeHead(404).end(),
      /could not be fetched: .* answered 404\.$/,
    ],
    ["sends no zip", (_request, response) => response.end("hello"), /checksum is wrong/],
  ])("says that the server %s", async (_what, answer, message) => {
    using cache = temporaryFolder();
    await using server = await releases(answer);
    await expect(fetchTerraform(options(cache.path, server.url))).rejects.toThrow(message);
  });

  it("follows a redirect", async () => {
    using cache = temporaryFolder();
    await using server = await releases((request, response) =>
      request.url?.startsWith("/moved")
        ? response.end(ZIP)
        : response.writeHead(302, { location: "/moved" }).end(),
    );
    expect(existsSync(await fetchTerraform(options(cache.path, server.url)))).toBe(true);
  });

  it("explains in one sentence where nobody answers", async () => {
    using cache = temporaryFolder();
    const server = await releases();
    await server[Symbol.asyncDispose]();
    await expect(fetchTerraform(options(cache.path, server.url))).rejects.toMatchObject({
      message: expect.stringMatching(
        /^Neither terraform nor tofu is on the PATH, and Terraform 1\.11\.4 could not be fetched: .*refuses the connection\.$/,
      ),
      hint: expect.stringContaining("Install Terraform 1.11 or newer"),
    });
  });

  it("does not guess at a platform without a pinned checksum", async () => {
    using cache = temporaryFolder();
    await using server = await releases();
    const failed = fetchTerraform({ ...options(cache.path, server.url), platform: "freebsd_amd64" });
    await expect(failed).rejects.toThrow("not pinned for freebsd_amd64");
    expect(server.asked).toEqual([]);
  });

  it("pins a checksum for every platform it says it supports", () => {
    expect(Object.keys(TERRAFORM_CHECKSUMS).sort()).toEqual([
      "darwin_amd64",
      "darwin_arm64",
      "linux_amd64",
      "linux_arm64",
      "windows_amd64",
    ]);
    for (const checksum of Object.values(TERRAFORM_CHECKSUMS)) expect(checksum).toMatch(/^[0-9a-f]{64}$/);
  });
});

describe("ensureTerraform", () => {
  it("fetches only where nothing is installed", async () => {
    using cache = temporaryFolder();
    await using server = await releases();
    expect(
      (await ensureTerraform({ ...options(cache.path, server.url), env: process.env })).path,
    ).not.toContain(cache.path);
    expect(server.asked).toEqual([]);
    expect(await ensureTerraform(options(cache.path, server.url))).toMatchObject({
      path: expect.stringContaining(cache.path),
      version: "1.11.4",
    });
  });

  it("does not replace a program that the user named", async () => {
    using cache = temporaryFolder();
    await using server = await releases();
    const { env, ...rest } = options(cache.path, server.url);
    const failed = ensureTerraform({
      ...rest,
      env: { ...env, PREFECT_FARGATE_TERRAFORM: "/nowhere/terraform" },
    });
    await expect(failed).rejects.toMatchObject({ code: "TERRAFORM_MISSING" });
    expect(server.asked).toEqual([]);
  });
});
