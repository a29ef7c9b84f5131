import { EC2Client } from "@aws-sdk/client-ec2";
import { IAMClient } from "@aws-sdk/client-iam";
import { ServiceQuotasClient } from "@aws-sdk/client-service-quotas";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import type { Config } from "#config/schema.ts";
import type { PrefectClient } from "#prefect/client.ts";
import { clientSettings } from "../aws-clients.ts";
import { openPrefect } from "../open-prefect.ts";
import { awsSettings, prefectApiKey } from "../user-surroundings.ts";

/** A check that hangs holds up the whole page. */
const AWS_ATTEMPTS = 2;
const PREFECT_PATIENCE = { attempts: 2, timeoutMs: 10_000 } as const;

/** Who the shell is on AWS. */
export interface AwsIdentity {
  readonly account: string;
  readonly arn: string;
}

export interface InstalledPython {
  readonly path: string;
  readonly version: string;
}

export interface DoctorOptions {
  readonly cwd: string;
  readonly config: Config;
  readonly configFile?: string | undefined;
  readonly env: Readonly<NodeJS.ProcessEnv>;
  /** Finds the Python that rehearsals run on; throws when there is none that fits. */
  readonly findPython: (env: NodeJS.ProcessEnv) => Promise<InstalledPython>;
  readonly signal?: AbortSignal;
}

/** What checks look at. What several of them need is asked for once. */
export interface DoctorContext extends DoctorOptions {
  readonly sts: STSClient;
  readonly iam: IAMClient;
  readonly ec2: EC2Client;
  readonly quotas: ServiceQuotasClient;
  /** Rejects when AWS does not know who this is; the check of the identity says why. */
  identity(): Promise<AwsIdentity>;
  /** Rejects when it is already clear that Prefect would refuse: no workspace, no key. */
  prefect(): Promise<PrefectClient>;
  close(): void;
}

export function openDoctorContext(options: DoctorOptions): DoctorContext {
  const { config, env, signal } = options;
  const settings = {
    ...clientSettings(config.region, awsSettings(env)),
    maxAttempts: AWS_ATTEMPTS,
  };
  const sts = new STSClient(settings);
  const iam = new IAMClient(settings);
  const ec2 = new EC2Client(settings);
  const quotas = new ServiceQuotasClient(settings);
  return {
    ...options,
    sts,
    iam,
    ec2,
    quotas,
    identity: once(async () => {
      const { Account: account = "", Arn: arn = "" } = await sts.send(new GetCallerIdentityCommand({}), {
        abortSignal: signal,
      });
      return { account, arn };
    }),
    prefect: once(async () => {
      const apiKey = await prefectApiKey(config, env);
      return openPrefect(config, apiKey, { signal, patience: PREFECT_PATIENCE });
    }),
    close: () => {
      for (const client of [sts, iam, ec2, quotas]) client.destroy();
    },
  };
}

function once<T>(work: () => Promise<T>): () => Promise<T> {
  let running: Promise<T> | undefined;
  return () => {
    running ??= work();
    return running;
  };
}
