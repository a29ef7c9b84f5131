import { cp, mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ECRClient, GetAuthorizationTokenCommand } from "@aws-sdk/client-ecr";
import type { Config } from "#config/schema.ts";
import { systemName } from "#config/system-name.ts";
import { withProgress } from "#engine/progress.ts";
import { Cancelled, PrefectFargateError } from "#errors";
import { packagePath } from "#package";
import type { Reporter } from "#reporter";
import { IMAGES } from "#root/compose-root.ts";
import { clientSettings } from "./aws-clients.ts";
import { noteBegun } from "./converge/begun.ts";
import { dockerCommands, type ImageAddress, referenceIn, tagOf } from "./image/docker-commands.ts";
import { dockerfile, type ImageRecipe, imageRecipe, PROGRAMS } from "./image/dockerfile.ts";
import { runDocker } from "./image/run-docker.ts";
import { type DescribedChange, describeChanges } from "./plan/describe-changes.ts";
import { prepare } from "./plan/make-plan.ts";
import type { Workplace } from "./workplace.ts";

export interface BuildImageOptions {
  /** The worker whose image it is. @default the first of the config */
  readonly worker?: string | undefined;
  /** The image on which it stands. @default Prefect's own of the config's version */
  readonly base?: string | undefined;
  /** The shell's whole environment: Docker has settings of its own. */
  readonly env: Readonly<NodeJS.ProcessEnv>;
  /** Asked when the repository has to be made or changed first. */
  readonly approve: (changes: readonly DescribedChange[]) => Promise<boolean>;
  readonly signal?: AbortSignal | undefined;
}

export interface BuiltImage extends ImageAddress {
  readonly worker: string;
  /** By digest, which never becomes another image. */
  readonly reference: string;
}

/**
 * Builds a worker's image with the AWS integration in it and pushes it to the system's repository, which is made first where it is
 * missing.
 *
 * @throws IMAGES_MISSING, WORKER_UNKNOWN, DOCKER_MISSING, DOCKER_NOT_RUNNING, IMAGE_BUILD_FAILED, IMAGE_PUSH_FAILED; Cancelled when
 * `approve` says no; and what the engine throws
 */
export async function buildImage(
  workplace: Workplace,
  options: BuildImageOptions,
  reporter: Reporter,
): Promise<BuiltImage> {
  const { config } = workplace;
  const { env, signal } = options;
  const worker = chooseWorker(config, options.worker);
  const recipe = imageRecipe(config, worker, options.base);
  const docker = { env, signal };
  await runDocker({ does: "build", args: ["version"] }, docker);
  const repository = await repositoryUrl(workplace, options, reporter);
  const address = { repository, tag: tagOf(config.prefect.version, new Date()) };
  const folder = await mkdtemp(join(tmpdir(), "prefect-fargate-image-"));
  try {
    await writeContext(folder, recipe);
    let reference: string | undefined;
    for (const command of dockerCommands(address, recipe, folder))
      await reporter.stage(`docker ${command.does}`, async () => {
        const input = command.does === "login" ? await registryPassword(config, workplace.env) : "";
        const said = await runDocker(command, { ...docker, input });
        if (command.does === "inspect") reference = referenceIn(said, address);
      });
    if (reference === undefined) throw noDigest(address);
    return { worker, ...address, reference };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Writes the folder from which the image is built, for whoever builds it elsewhere, and tells the commands. */
export async function writeImageFolder(
  config: Config,
  folder: string,
  { worker: named, base }: Pick<BuildImageOptions, "worker" | "base">,
): Promise<{ readonly worker: string; readonly commands: readonly string[] }> {
  const worker = chooseWorker(config, named);
  const recipe = imageRecipe(config, worker, base);
  await mkdir(folder, { recursive: true });
  await writeContext(folder, recipe);
  const address = { repository: "REPOSITORY", tag: tagOf(config.prefect.version, new Date()) };
  const [build, login, push, inspect] = dockerCommands(address, recipe, folder).map(
    ({ args }) => `docker ${args.join(" ").replace(/\{\{.*\}\}/, "'$&'")}`,
  );
  return {
    worker,
    commands: [build!, `aws ecr get-login-password --region ${config.region} | ${login}`, push!, inspect!],
  };
}

async function writeContext(folder: string, recipe: ImageRecipe): Promise<void> {
  await writeFile(join(folder, "Dockerfile"), dockerfile(recipe));
  if (!recipe.withPrograms) return;
  const programs = packagePath("image");
  for (const name of await readdir(programs))
    if (name.endsWith(".py")) await cp(join(programs, name), join(folder, PROGRAMS, name));
}

function chooseWorker({ workers }: Config, named: string | undefined): string {
  const names = Object.keys(workers);
  const worker = named ?? names[0]!;
  if (names.includes(worker)) return worker;
  throw new PrefectFargateError("WORKER_UNKNOWN", `The config has no worker ${worker}.`, {
    hint: `It has ${names.join(", ")}.`,
  });
}

/** The repository's address. Where there is no repository yet, it is made, and nothing else of the system. */
async function repositoryUrl(
  workplace: Workplace,
  { approve }: BuildImageOptions,
  reporter: Reporter,
): Promise<string> {
  const { config, workspace, dir } = workplace;
  if (config.images === undefined)
    throw new PrefectFargateError("IMAGES_MISSING", "The config has no repository for images.", {
      hint: "Add images: {} to the config, which makes one: prefect-worker",
    });
  const plan = await reporter.stage("Look for the repository", async (stage) => {
    await prepare(workplace, stage, reporter);
    return workspace.plan({ only: [`module.${IMAGES}`], details: "when-something-changes" });
  });
  if (!plan.empty) {
    if (!(await approve(describeChanges(plan)))) throw new Cancelled("Nothing was changed.");
    await noteBegun(dir, systemName(config));
    await reporter.stage("Make the repository", (stage) =>
      withProgress(stage, (onEvent) => workspace.apply(plan, onEvent)),
    );
  }
  return (await workspace.outputs()).image_repository_url as string;
}

/** ECR's own, good for twelve hours. https://docs.aws.amazon.com/AmazonECR/latest/userguide/registry_auth.html */
async function registryPassword({ region }: Config, env: Workplace["env"]): Promise<string> {
  const ecr = new ECRClient(clientSettings(region, env));
  try {
    const { authorizationData = [] } = await ecr.send(new GetAuthorizationTokenCommand({}));
    const token = Buffer.from(authorizationData[0]?.authorizationToken ?? "", "base64").toString();
    return token.slice(token.indexOf(":") + 1);
  } finally {
    ecr.destroy();
  }
}

const noDigest = ({ repository, tag }: ImageAddress): PrefectFargateError =>
  new PrefectFargateError(
    "IMAGE_PUSH_FAILED",
    `Docker pushed ${repository}:${tag} and tells no digest of it.`,
    {
      source: "environment",
      hint: `aws ecr describe-images --repository-name ${repository.split("/").slice(1).join("/")} --image-ids imageTag=${tag}`,
    },
  );
