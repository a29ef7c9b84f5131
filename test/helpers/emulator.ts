import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ApplicationAutoScalingClient } from "@aws-sdk/client-application-auto-scaling";
import { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { EC2Client } from "@aws-sdk/client-ec2";
import { ECSClient } from "@aws-sdk/client-ecs";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { IAMClient } from "@aws-sdk/client-iam";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { ServiceDiscoveryClient } from "@aws-sdk/client-servicediscovery";
import { SQSClient } from "@aws-sdk/client-sqs";
import { STSClient } from "@aws-sdk/client-sts";
import { type Emulator, type StartEmulatorOptions, startEmulator } from "#rehearsal/emulator.ts";
import { preparePython } from "#rehearsal/python.ts";
import { silentReporter } from "#reporter";

export interface TestEmulator extends Emulator {
  readonly dir: string;
  readonly clients: AwsClients;
  /** Stops it and removes its folder. */
  close(): Promise<void>;
}

/** Starts a real emulator in a folder of its own. */
export async function openEmulator(options: Partial<StartEmulatorOptions> = {}): Promise<TestEmulator> {
  const parts = await preparePython(silentReporter);
  const { python } = await parts.environment("emulator");
  const dir = await mkdtemp(join(tmpdir(), "prefect-fargate-emulator-"));
  const emulator = await startEmulator({ python, dir, reporter: silentReporter, ...options }).catch(
    async (error) => {
      await rm(dir, { recursive: true, force: true });
      throw error;
    },
  );
  const clients = awsClients(emulator);
  return {
    ...emulator,
    dir,
    clients,
    close: async () => {
      for (const client of Object.values(clients)) client.destroy();
      await emulator.stop();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

export type AwsClients = ReturnType<typeof awsClients>;

/** SDK clients for an endpoint, with the account's root key unless other credentials are given. */
export function awsClients(
  { url, region = "us-east-1" }: { url: string; region?: string },
  credentials = { accessKeyId: "test", secretAccessKey: "test" } as {
    accessKeyId: string;
    secretAccessKey: string;
    sessionToken?: string;
  },
) {
  const settings = { endpoint: url, region, credentials, maxAttempts: 1 };
  return {
    ecs: new ECSClient(settings),
    ec2: new EC2Client(settings),
    sts: new STSClient(settings),
    iam: new IAMClient(settings),
    sqs: new SQSClient(settings),
    events: new EventBridgeClient(settings),
    secrets: new SecretsManagerClient(settings),
    logs: new CloudWatchLogsClient(settings),
    discovery: new ServiceDiscoveryClient(settings),
    autoscaling: new ApplicationAutoScalingClient(settings),
    cloudwatch: new CloudWatchClient(settings),
  };
}
