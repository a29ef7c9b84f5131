import { AssumeRoleWithWebIdentityCommand } from "@aws-sdk/client-sts";
import type { Config } from "#config/schema.ts";
import { findTerraform } from "#engine/find-terraform.ts";
import { openWorkspace } from "#engine/workspace.ts";
import { silentReporter } from "#reporter";
import { composeAccess } from "#root/compose-access.ts";
import { writeRoot } from "#root/write-root.ts";
import { type AwsClients, awsClients } from "./emulator.ts";

export const ACCOUNT = "000000000000";
export const REPOSITORY = "acme/data-platform";
const GITHUB = "https://token.actions.githubusercontent.com";

/** The part of an emulator that these need. */
interface Cloud {
  readonly url: string;
  readonly env: Readonly<Record<string, string>>;
}

/** What a token says of its job. */
export interface Claims {
  readonly sub: string;
  /** @default sts.amazonaws.com */
  readonly aud?: string;
  /** @default refs/heads/main */
  readonly ref?: string;
  /** @default GitHub's */
  readonly iss?: string;
}

/** A session of one of a pipeline's roles. */
export interface RoleSession {
  readonly env: Record<string, string>;
  readonly clients: AwsClients;
}

export const environmentSubject = (name: string): string => `repo:${REPOSITORY}:environment:${name}`;

/** What somebody who may write IAM applies once: the page of Terraform that `pipeline --access` writes. */
export async function applyAccess(
  { env }: Cloud,
  dir: string,
  config: Config,
  provider: "github" | "circleci",
): Promise<void> {
  await writeRoot(dir, composeAccess(config, provider));
  const terraform = await findTerraform();
  const workspace = await openWorkspace({ dir, terraform, env, reporter: silentReporter });
  await workspace.init();
  await workspace.apply(await workspace.plan());
  workspace.close();
}

/** Exchanges a token with these claims, as the CI would sign it, for a role's session. */
export async function openSession(
  cloud: Cloud,
  RoleArn: string,
  { sub, iss = GITHUB, aud = "sts.amazonaws.com", ref = "refs/heads/main" }: Claims,
): Promise<RoleSession> {
  const { sts, ...others } = awsClients(cloud);
  for (const client of Object.values(others)) client.destroy();
  const { Credentials } = await sts.send(
    new AssumeRoleWithWebIdentityCommand({
      RoleArn,
      RoleSessionName: "pipeline",
      WebIdentityToken: signedToken({ iss, aud, sub, ref }),
    }),
  );
  const { AccessKeyId, SecretAccessKey, SessionToken } = Credentials!;
  return {
    env: {
      AWS_ACCESS_KEY_ID: AccessKeyId!,
      AWS_SECRET_ACCESS_KEY: SecretAccessKey!,
      AWS_SESSION_TOKEN: SessionToken!,
    },
    clients: awsClients(cloud, {
      accessKeyId: AccessKeyId!,
      secretAccessKey: SecretAccessKey!,
      sessionToken: SessionToken!,
    }),
  };
}

/** A JSON Web Token with these claims. AWS checks its signature; the emulator believes it. */
export function signedToken(claims: object): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  return `${part({ alg: "RS256", typ: "JWT" })}.${part(claims)}.${part({ signature: "of the CI" })}`;
}
