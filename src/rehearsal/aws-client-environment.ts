import { writeFile } from "node:fs/promises";
import { join } from "node:path";

/**
 * What makes an AWS client, Terraform or boto3 talk to an emulator, whatever the user's own settings say: their profile may
 * name another account or endpoint, so clients get an empty configuration, kept in `dir`.
 */
export async function awsClientEnvironment(
  url: string,
  region: string,
  dir: string,
): Promise<Record<string, string>> {
  const config = join(dir, "aws-config");
  await writeFile(config, "[default]\n");
  return {
    AWS_ENDPOINT_URL: url,
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
    AWS_SESSION_TOKEN: "",
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_PROFILE: "default",
    AWS_CONFIG_FILE: config,
    AWS_SHARED_CREDENTIALS_FILE: config,
    AWS_EC2_METADATA_DISABLED: "true",
    // The provider's default of 25 turns a call that nobody answers into minutes of silence.
    AWS_MAX_ATTEMPTS: "3",
    NO_PROXY: [process.env.NO_PROXY, "127.0.0.1", "localhost"].filter(Boolean).join(","),
  };
}
