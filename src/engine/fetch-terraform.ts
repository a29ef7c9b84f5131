import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { unzip } from "fflate";
import { Cancelled, PrefectFargateError } from "#errors";
import type { Reporter } from "#reporter";
import { cacheDirectory } from "./cache-dir.ts";
import { fileProblem } from "./file-problem.ts";
import { INSTALL_HINT } from "./find-terraform.ts";
import { openUrl } from "./http-get.ts";
import {
  RELEASES_URL,
  TERRAFORM_CHECKSUMS,
  TERRAFORM_RELEASE,
  terraformPlatform,
} from "./terraform-release.ts";

export interface FetchTerraformOptions {
  readonly reporter: Reporter;
  readonly signal?: AbortSignal;
  /** @default process.env; PREFECT_FARGATE_CACHE_DIR and PREFECT_FARGATE_RELEASES_URL are read from it, and proxies */
  readonly env?: NodeJS.ProcessEnv;
  /** @default the pinned SHA-256 of each platform's zip */
  readonly checksums?: Readonly<Record<string, string>>;
  /** @default this machine's, `linux_amd64` */
  readonly platform?: string;
}

const SILENCE_TIMEOUT_MS = 15_000;

/** Downloads of others that died this long ago are swept away. */
const ABANDONED_AFTER_MS = 60 * 60 * 1000;

/** The zip has 27 MB, the program 90 MB; a server that sends much more does not send Terraform. */
const LARGEST_ZIP_BYTES = 200 * 1024 * 1024;

/** Where the fetched program lies, or would. One folder per version and platform, and complete if it exists. */
export function fetchedTerraformPath(
  env: NodeJS.ProcessEnv = process.env,
  platform: string = terraformPlatform(),
): string {
  return join(cacheDirectory(env), "terraform", `${TERRAFORM_RELEASE}_${platform}`, programName(platform));
}

/**
 * Downloads Terraform into the cache, believes it only if its checksum is the one in our source, and moves it into
 * place in one step, so that no one ever finds half of it. Takes about 27 MB from releases.hashicorp.com.
 *
 * @returns the program's path
 * @throws TERRAFORM_MISSING where it cannot be had, TERRAFORM_CHECKSUM_WRONG, NO_SPACE, FOLDER_NOT_WRITABLE
 */
export async function fetchTerraform(options: FetchTerraformOptions): Promise<string> {
  const { env = process.env, platform = terraformPlatform(), checksums = TERRAFORM_CHECKSUMS } = options;
  const program = fetchedTerraformPath(env, platform);
  if (existsSync(program)) return program;
  const expected = checksums[platform];
  if (expected === undefined)
    throw cannotFetch(`HashiCorp's ${TERRAFORM_RELEASE} is not pinned for ${platform}`);

  const place = join(program, "..");
  const draft = makeDraft(join(place, ".."));
  try {
    const zip = await options.reporter.stage(`Fetching Terraform ${TERRAFORM_RELEASE}`, (stage) =>
      download(releaseUrl(env, platform), { ...options, env }, (percent) => stage.update(`${percent} %`)),
    );
    const actual = createHash("sha256").update(zip).digest("hex");
    if (actual !== expected) throw wrongChecksum(releaseUrl(env, platform), expected, actual);
    const content = await unpack(zip, programName(platform));
    writeFileSync(join(draft, programName(platform)), content, { mode: 0o755 });
    moveIntoPlace(draft, place);
    return program;
  } catch (error) {
    if (error instanceof PrefectFargateError || error instanceof Cancelled) throw error;
    throw fileProblem(error, place);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

async function download(
  url: string,
  { signal, env }: FetchTerraformOptions,
  onPercent: (percent: number) => void,
): Promise<Uint8Array> {
  try {
    const response = await openUrl(url, { silenceTimeoutMs: SILENCE_TIMEOUT_MS, signal, env });
    const total = Number(response.headers["content-length"] ?? 0);
    const chunks: Buffer[] = [];
    let received = 0;
    for await (const chunk of response as AsyncIterable<Buffer>) {
      received += chunk.length;
      if (received > LARGEST_ZIP_BYTES) throw new Error(`${url} sends more than Terraform can be`);
      chunks.push(chunk);
      if (total > 0) onPercent(Math.floor((received / total) * 100));
    }
    if (received < total) throw new Error(`${url} ended after ${received} of ${total} bytes`);
    return Buffer.concat(chunks);
  } catch (error) {
    if (signal?.aborted) throw new Cancelled("Fetching Terraform was interrupted; nothing of it is left.");
    throw cannotFetch((error as Error).message, error);
  }
}

function unpack(zip: Uint8Array, name: string): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    unzip(zip, { filter: (file) => file.name === name }, (error, files) => {
      const content = files?.[name];
      if (error) reject(cannotFetch(`its zip cannot be read (${error.message})`, error));
      else if (content === undefined) reject(cannotFetch(`its zip has no ${name}`));
      else resolve(content);
    });
  });
}

function makeDraft(parent: string): string {
  try {
    mkdirSync(parent, { recursive: true });
    sweep(parent);
    return mkdtempSync(join(parent, ".draft-"));
  } catch (error) {
    throw fileProblem(error, parent);
  }
}

/** Whoever was killed while fetching could not clean up. */
function sweep(parent: string): void {
  for (const name of readdirSync(parent).filter((name) => name.startsWith(".draft-"))) {
    const age = Date.now() - (statSync(join(parent, name), { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
    if (age > ABANDONED_AFTER_MS) rmSync(join(parent, name), { recursive: true, force: true });
  }
}

function moveIntoPlace(draft: string, place: string): void {
  try {
    renameSync(draft, place);
  } catch (error) {
    // Someone else was faster, with the same checksum.
    if (!existsSync(place)) throw error;
  }
}

function releaseUrl(env: NodeJS.ProcessEnv, platform: string): string {
  const base = (env.PREFECT_FARGATE_RELEASES_URL || RELEASES_URL).replace(/\/+$/, "");
  return `${base}/${TERRAFORM_RELEASE}/terraform_${TERRAFORM_RELEASE}_${platform}.zip`;
}

const programName = (platform: string): string =>
  platform.startsWith("windows") ? "terraform.exe" : "terraform";

function cannotFetch(reason: string, cause?: unknown): PrefectFargateError {
  return new PrefectFargateError(
    "TERRAFORM_MISSING",
    `Neither terraform nor tofu is on the PATH, and Terraform ${TERRAFORM_RELEASE} could not be fetched: ${reason}.`,
    { source: "environment", cause, hint: INSTALL_HINT },
  );
}

function wrongChecksum(url: string, expected: string, actual: string): PrefectFargateError {
  return new PrefectFargateError(
    "TERRAFORM_CHECKSUM_WRONG",
    `What ${url} sent is not Terraform ${TERRAFORM_RELEASE}: its checksum is wrong, so it was thrown away.`,
    {
      source: "environment",
      details: [`expected SHA-256 ${expected}`, `received SHA-256 ${actual}`],
      hint: `Find out who answers for that address (a proxy?). ${INSTALL_HINT}`,
    },
  );
}
