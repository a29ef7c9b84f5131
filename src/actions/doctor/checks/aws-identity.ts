import { awsTrouble } from "../aws-trouble.ts";
import { type Check, type Finding, ok, problem, warning } from "../check.ts";
import type { AwsIdentity } from "../context.ts";

/** Who the shell is on AWS, and whether that is the account that the config means. */
export const awsIdentityCheck: Check = {
  name: "AWS identity",
  async run({ identity, config, env }) {
    try {
      return judge(await identity(), config.awsAccount, env.AWS_ACCESS_KEY_ID ? undefined : env.AWS_PROFILE);
    } catch (error) {
      return awsTrouble(error, "asking who you are");
    }
  },
};

function judge(
  { account, arn }: AwsIdentity,
  wanted: string | undefined,
  profile: string | undefined,
): Finding {
  const who = `${nameOf(arn)} in account ${account}${profile ? ` (profile ${profile})` : ""}`;
  if (wanted !== undefined && wanted !== account)
    return problem(
      `You are ${who}; the config is for account ${wanted}.`,
      "Use other credentials: export AWS_PROFILE=…",
    );
  if (arn.endsWith(":root"))
    return warning(
      `You are ${who}: the root user, who may do everything and whose keys cannot be limited.`,
      "Use a role or a user: https://docs.aws.amazon.com/IAM/latest/UserGuide/root-user-best-practices.html",
    );
  return ok(who);
}

/** `user/jo`, `role/deployer` of `arn:aws:sts::123456789012:assumed-role/deployer/jo`. */
const nameOf = (arn: string): string =>
  (arn.split(":").at(-1) ?? arn).replace(/^assumed-role\/([^/]+)\/.*/, "role $1").replace(/^user\//, "user ");
