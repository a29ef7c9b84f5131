import { readFileSync } from "node:fs";
import { join } from "node:path";
import { PrefectFargateError } from "#errors";
import type { Reporter } from "#reporter";
import { type CliConfig, readCliConfig } from "./cli-config.ts";
import type { TerraformBinary } from "./find-terraform.ts";
import { configurationFiles } from "./init-stamp.ts";
import { LOCK_FILE, readLockFile } from "./lock-file.ts";
import {
  AWS_PROVIDER,
  AWS_PROVIDER_VERSIONS,
  addOnFolders,
  addOnRoots,
  holdsProvider,
  impliedMirrorFolders,
  type ProviderMirror,
  REGISTRY_HOSTS,
  readMirror,
} from "./provider-mirrors.ts";
import { type ProbeResult, probeRegistry } from "./registry-probe.ts";
import { terraformPlatform } from "./terraform-release.ts";

/** Where `init` gets the AWS provider from. */
export type ProviderSource =
  /** The user's CLI configuration says it. */
  | { readonly kind: "user-configuration"; readonly file: string }
  /** A folder that Terraform searches by itself. */
  | { readonly kind: "implied-mirror"; readonly mirror: ProviderMirror }
  | { readonly kind: "registry"; readonly host: string; readonly overridesImpliedMirror: boolean }
  /** The registry does not answer, and a folder of the machine has it. */
  | { readonly kind: "mirror"; readonly mirror: ProviderMirror; readonly reason: string };

export interface ProviderSourceOptions {
  readonly dir: string;
  readonly terraform: TerraformBinary;
  /** @default process.env */
  readonly env?: NodeJS.ProcessEnv;
  /** @default the usual roots of add-on software, see docs/engine.md */
  readonly roots?: readonly string[];
  /** @default asks the product's registry, see probeRegistry */
  readonly probe?: (host: string) => Promise<ProbeResult>;
}

/**
 * Decides where the provider comes from. The order is that of docs/engine.md: what the user configured, what Terraform
 * finds by itself, the registry, and only where that does not answer, a mirror among the machine's add-on software.
 *
 * @throws PROVIDER_UNAVAILABLE, with everything that was looked at
 */
export async function chooseProviderSource(options: ProviderSourceOptions): Promise<ProviderSource> {
  const { dir, terraform, env = process.env } = options;
  const host = REGISTRY_HOSTS[terraform.product];
  const user = readCliConfig(terraform.product, env);
  if (user.installsProviders) return { kind: "user-configuration", file: user.files.join(", ") };

  const implied = impliedMirrorFolders(terraform.product, dir, env);
  const impliedMirror = firstFitting(implied, [host], dir);
  if (impliedMirror !== undefined) return { kind: "implied-mirror", mirror: impliedMirror };

  const probe = options.probe ?? ((name: string) => probeRegistry(`https://${name}`, env));
  const answer = await probe(host);
  if (answer.reachable) {
    // A folder with other versions of the provider keeps Terraform from asking the registry at all.
    return {
      kind: "registry",
      host,
      overridesImpliedMirror: implied.some((path) => holdsProvider(path, host)),
    };
  }
  const folders = addOnFolders(options.roots ?? addOnRoots(env));
  const mirror = firstFitting(folders, mirrorHosts(terraform), dir);
  if (mirror !== undefined) return { kind: "mirror", mirror, reason: answer.reason };
  throw unavailable({
    terraform,
    host,
    reason: answer.reason,
    user,
    implied,
    roots: options.roots ?? addOnRoots(env),
  });
}

/** Whether anything in the folder is made with the AWS provider. */
export function needsAwsProvider(dir: string): boolean {
  const files = configurationFiles(dir).filter((file) => file !== LOCK_FILE);
  return files.some((file) =>
    /hashicorp\/aws|provider\W+aws|"aws_/.test(readFileSync(join(dir, file), "utf8")),
  );
}

/** One line for people. */
export function describeProviderSource(source: ProviderSource): string {
  switch (source.kind) {
    case "user-configuration":
      return `The provider ${AWS_PROVIDER} comes from where ${source.file} says.`;
    case "implied-mirror":
      return `The provider ${AWS_PROVIDER} comes from the folder ${source.mirror.path}.`;
    case "registry":
      return `The provider ${AWS_PROVIDER} comes from ${source.host}.`;
    case "mirror":
      return `The provider ${AWS_PROVIDER} comes from the mirror ${source.mirror.path}, as the registry cannot be reached (${source.reason}).`;
  }
}

/** Says where the provider comes from, where that is not what everyone expects. */
export function reportProviderSource(source: ProviderSource, reporter: Reporter): void {
  if (source.kind !== "registry") reporter.note(describeProviderSource(source));
}

/** OpenTofu reads Terraform's mirrors too, once they bear its registry's name: the packages are the same. */
const mirrorHosts = ({ product }: TerraformBinary): readonly string[] =>
  product === "tofu" ? [REGISTRY_HOSTS.tofu, REGISTRY_HOSTS.terraform] : [REGISTRY_HOSTS.terraform];

/** The first folder with a version that fits; before it, one that has the version the lock file asks for. */
function firstFitting(
  folders: readonly string[],
  hosts: readonly string[],
  dir: string,
): ProviderMirror | undefined {
  const mirrors = folders.map((path) => readMirror(path, hosts)).filter((mirror) => mirror !== undefined);
  const locked = readLockFile(dir).find(({ source }) => source.endsWith(`/${AWS_PROVIDER}`))?.version;
  return mirrors.find(({ versions }) => locked !== undefined && versions.includes(locked)) ?? mirrors[0];
}

interface Search {
  readonly terraform: TerraformBinary;
  readonly host: string;
  readonly reason: string;
  readonly user: CliConfig;
  readonly implied: readonly string[];
  readonly roots: readonly string[];
}

function unavailable({ terraform, host, reason, user, implied, roots }: Search): PrefectFargateError {
  const config =
    user.files.length === 0 ? "none" : `${user.files.join(", ")} (without provider_installation)`;
  return new PrefectFargateError(
    "PROVIDER_UNAVAILABLE",
    `The provider ${AWS_PROVIDER} (${AWS_PROVIDER_VERSIONS}) cannot be had: ${host} cannot be reached (${reason}), and no folder of this machine has it for ${terraformPlatform()}.`,
    {
      source: "environment",
      details: [
        `CLI configuration: ${config}`,
        ...implied.map((path) => `looked in ${path}`),
        ...roots.map((path) => `looked in ${path} and the folders directly in it`),
      ],
      hint:
        `Open the way to ${host} (HTTPS_PROXY?), or on a machine that reaches it run \`${terraform.product} providers mirror DIR\` ` +
        `and bring the result here as ~/.terraform.d/plugins.`,
    },
  );
}
