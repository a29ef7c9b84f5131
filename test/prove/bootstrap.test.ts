import { GetRoleCommand, ListOpenIDConnectProvidersCommand } from "@aws-sdk/client-iam";
import {
  CreateBucketCommand,
  GetBucketEncryptionCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketPolicyCommand,
  GetBucketVersioningCommand,
  GetObjectCommand,
  GetPublicAccessBlockCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { GetSecretValueCommand } from "@aws-sdk/client-secrets-manager";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openStage, type Stage } from "../helpers/stage.ts";

const BUCKET = "acme-terraform-state";
const PIPELINE = {
  state: { bucket: BUCKET },
  pipeline: { repository: "acme/data-platform" },
  environments: { dev: { awsAccount: "000000000000" }, prod: { awsAccount: "000000000000" } },
};

let stage: Stage;
let s3: S3Client;

beforeAll(async () => {
  stage = await openStage({ version: 3 });
  s3 = new S3Client({
    endpoint: stage.cloud.emulator.url,
    region: "us-east-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    forcePathStyle: true,
  });
});

afterAll(async () => {
  s3?.destroy();
  await stage?.close();
});

const stateOf = async (key: string) =>
  JSON.parse(
    await (await s3.send(new GetObjectCommand({ Bucket: BUCKET, Key: key }))).Body!.transformToString(),
  );

describe("bootstrap", () => {
  it("has nothing to do where the state stays on the machine", async () => {
    const run = await stage.cli(["bootstrap"]);
    expect(run.status).toBe(1);
    expect(run.stderr).toContain("NOTHING_TO_BOOTSTRAP");
    expect(run.stderr).toContain('add state: { bucket: "…" } to the config');
  });

  it("shows what it would make, and makes nothing unasked", async () => {
    await stage.configure({ state: { bucket: BUCKET } });
    const deploy = await stage.cli(["plan"]);
    expect(deploy.stderr).toContain(`The bucket that the state is kept in, ${BUCKET}, does not exist.`);
    const run = await stage.cli(["bootstrap"]);
    expect(run.stderr).toContain("NOBODY_TO_ASK");
    expect(run.stdout).toContain(`state's bucket  S3 bucket ${BUCKET}`);
    await expect(s3.send(new GetBucketVersioningCommand({ Bucket: BUCKET }))).rejects.toThrow();
  });

  it("makes a bucket that loses, shows and leaks no state, with its own state in it", async () => {
    await stage.must(["bootstrap", "--yes"]);
    const Bucket = BUCKET;
    expect(await s3.send(new GetBucketVersioningCommand({ Bucket }))).toMatchObject({ Status: "Enabled" });
    const { PublicAccessBlockConfiguration } = await s3.send(new GetPublicAccessBlockCommand({ Bucket }));
    expect(Object.values(PublicAccessBlockConfiguration!)).toEqual([true, true, true, true]);
    const { ServerSideEncryptionConfiguration } = await s3.send(new GetBucketEncryptionCommand({ Bucket }));
    expect(ServerSideEncryptionConfiguration!.Rules![0]).toMatchObject({
      ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" },
    });
    const { Policy } = await s3.send(new GetBucketPolicyCommand({ Bucket }));
    expect(JSON.parse(Policy!).Statement).toMatchObject([
      {
        Effect: "Deny",
        Principal: "*",
        Action: "s3:*",
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      },
    ]);
    const { Rules } = await s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket }));
    expect(Rules).toMatchObject([
      { NoncurrentVersionExpiration: { NoncurrentDays: 90, NewerNoncurrentVersions: 20 } },
    ]);
    const own = await stateOf("prefect-fargate/us-east-1/prefect-cluster/bootstrap.tfstate");
    expect(own.resources.map(({ type }: { type: string }) => type)).toContain("aws_s3_bucket");
  });

  it("finds everything there when it is run again", async () => {
    const run = await stage.must(["bootstrap", "--json"]);
    expect(JSON.parse(run.stdout)).toMatchObject({ changed: false, bucket: BUCKET });
    const doctor = await stage.cli(["doctor", "--json"]);
    expect(doctor.stdout).toContain(`s3://${BUCKET}/prefect-fargate/us-east-1/prefect-cluster`);
  });

  it("gives a pipeline's environment its roles, and a secret that no pipeline has to fill", async () => {
    await stage.configure(PIPELINE);
    const run = await stage.must(["bootstrap", "--env", "prod", "--json", "--yes"]);
    const made = JSON.parse(run.stdout);
    expect(made).toMatchObject({
      changed: true,
      planRoleArn: "arn:aws:iam::000000000000:role/prefect-fargate-prod-plan",
      applyRoleArn: "arn:aws:iam::000000000000:role/prefect-fargate-prod-apply",
    });
    const secret = await stage.aws.secrets.send(
      new GetSecretValueCommand({ SecretId: made.apiKeySecretArn }),
    );
    expect(secret).toMatchObject({ Name: "prefect-fargate-prod-api-key", SecretString: stage.cloud.apiKey });
    const own = JSON.stringify(await stateOf("prefect-fargate/prod/bootstrap.tfstate"));
    expect(own).not.toContain(stage.cloud.apiKey);
    expect(own).not.toContain('"aws_s3_bucket"');

    // The secret stays bootstrap's own when the config names it.
    const given = { prefect: { apiKey: { secretArn: made.apiKeySecretArn } } };
    const { dev, prod } = PIPELINE.environments;
    await stage.configure({ ...PIPELINE, environments: { dev, prod: { ...prod, ...given } } });
    const again = await stage.must(["bootstrap", "--env", "prod", "--json", "--yes"]);
    expect(JSON.parse(again.stdout)).toMatchObject({ changed: false, apiKeySecretArn: made.apiKeySecretArn });
  });

  it("shares the account's OIDC provider among environments", async () => {
    await stage.must(["bootstrap", "--env", "dev", "--yes"]);
    const { OpenIDConnectProviderList } = await stage.aws.iam.send(new ListOpenIDConnectProvidersCommand({}));
    expect(OpenIDConnectProviderList).toHaveLength(1);
    const { Role } = await stage.aws.iam.send(new GetRoleCommand({ RoleName: "prefect-fargate-dev-apply" }));
    expect(decodeURIComponent(Role!.AssumeRolePolicyDocument!)).toContain(
      "repo:acme/data-platform:environment:dev",
    );
  });

  it("says what a bucket lacks that somebody else made, and leaves it alone", async () => {
    await s3.send(new CreateBucketCommand({ Bucket: "somebody-elses-bucket" }));
    await stage.configure({ state: { bucket: "somebody-elses-bucket" } });
    const run = await stage.must(["bootstrap", "--yes"]);
    expect(run.stderr).toContain("It keeps no old versions");
    expect(run.stdout).toContain("Nothing to do");
  });
});
