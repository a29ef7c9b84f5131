import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Config } from "#config/schema.ts";
import { PrefectFargateError } from "#errors";
import { PIPELINE_PROVIDERS, type PipelineProvider } from "#pipelines/assert-ready.ts";
import { pipelineFiles } from "#pipelines/pipeline-files.ts";
import { composeAccess } from "#root/compose-access.ts";
import { writeRoot } from "#root/write-root.ts";

/** How a file begins that is ours to write anew. */
const OURS = "# Written by prefect-fargate ";

export interface PipelineOptions {
  /** The repository's folder. */
  readonly cwd: string;
  readonly provider: string;
  /** In the order in which they are deployed. */
  readonly environments: Readonly<Record<string, Config>>;
  /** Folder for the Terraform of the roles, a folder for each environment. @default - not written */
  readonly access?: string | undefined;
}

export interface WrittenPipeline {
  readonly provider: PipelineProvider;
  readonly environments: readonly string[];
  /** Paths in the repository. */
  readonly files: readonly string[];
  /** Folders of Terraform to apply once. */
  readonly access: readonly string[];
}

/**
 * Writes a pipeline's files, and what AWS must know about it.
 *
 * @throws PIPELINE_PROVIDER_UNKNOWN, PIPELINE_NOT_READY, PIPELINE_NOT_OURS
 */
export async function writePipeline(options: PipelineOptions): Promise<WrittenPipeline> {
  const { cwd, environments } = options;
  const provider = knownProvider(options.provider);
  const files = pipelineFiles(provider, environments);
  for (const path of Object.keys(files)) await refuseToOverwrite(cwd, path);
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(cwd, path)), { recursive: true });
    await writeFile(join(cwd, path), text);
  }
  const { access } = options;
  const folders = access === undefined ? [] : Object.keys(environments).map((name) => join(access, name));
  for (const [index, config] of Object.values(environments).entries())
    if (folders[index] !== undefined)
      await writeRoot(join(cwd, folders[index]), composeAccess(config, provider));
  return { provider, environments: Object.keys(environments), files: Object.keys(files), access: folders };
}

function knownProvider(provider: string): PipelineProvider {
  const known = PIPELINE_PROVIDERS.find((name) => name === provider);
  if (known !== undefined) return known;
  throw new PrefectFargateError("PIPELINE_PROVIDER_UNKNOWN", `No pipeline is written for ${provider}.`, {
    hint: `Choose ${PIPELINE_PROVIDERS.join(" or ")}: prefect-fargate pipeline ${PIPELINE_PROVIDERS[0]}`,
  });
}

async function refuseToOverwrite(cwd: string, path: string): Promise<void> {
  const text = await readFile(join(cwd, path), "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT" || error.code === "ENOTDIR") return undefined;
    throw error;
  });
  if (text === undefined || text.startsWith(OURS)) return;
  throw new PrefectFargateError(
    "PIPELINE_NOT_OURS",
    `${path} was not written by prefect-fargate, so it is not replaced.`,
    { hint: `Move ${path} away, or take over what you need from it by hand.` },
  );
}
