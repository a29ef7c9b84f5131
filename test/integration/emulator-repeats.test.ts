import { CreateClusterCommand, CreateServiceCommand } from "@aws-sdk/client-ecs";
import {
  CreateSecretCommand,
  ListSecretVersionIdsCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from "@aws-sdk/client-secrets-manager";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { awsClients, openEmulator, type TestEmulator } from "../helpers/emulator.ts";
import { type LossyWay, lossyWay } from "../helpers/lossy-way.ts";
import { defaultNetwork, registerTask } from "../helpers/small-task.ts";

let emulator: TestEmulator;
let way: LossyWay;

beforeAll(async () => {
  emulator = await openEmulator();
  way = await lossyWay(emulator.url);
});
afterAll(async () => {
  way.close();
  await emulator.close();
});

describe("a request whose answer is lost on the way", () => {
  const removal = async (name: string) => {
    const { secrets } = emulator.clients;
    const { VersionId } = await secrets.send(new CreateSecretCommand({ Name: name, SecretString: "one" }));
    await secrets.send(new PutSecretValueCommand({ SecretId: name, SecretString: "two" }));
    return new UpdateSecretVersionStageCommand({
      SecretId: name,
      RemoveFromVersionId: VersionId!,
      VersionStage: "AWSPREVIOUS",
    });
  };

  it("is done once, though the SDK sends it twice", async () => {
    const patient = new SecretsManagerClient({
      endpoint: way.url,
      region: "us-east-1",
      credentials: { accessKeyId: "test", secretAccessKey: "test" },
      maxAttempts: 2,
    });
    const remove = await removal("lost-answer");
    way.loseNextAnswer();
    await patient.send(remove);
    const { Versions } = await patient.send(new ListSecretVersionIdsCommand({ SecretId: "lost-answer" }));
    expect(Versions?.flatMap(({ VersionStages }) => VersionStages)).toEqual(["AWSCURRENT"]);
    patient.destroy();
  });

  it("was done, as the next one like it is told", async () => {
    const { secrets: impatient } = awsClients(way);
    const remove = await removal("never-repeated");
    way.loseNextAnswer();
    await expect(impatient.send(remove)).rejects.toThrow();
    await expect(impatient.send(remove)).rejects.toThrow("AWSPREVIOUS is not attached to version");
    impatient.destroy();
  });
});

describe("CreateService with the client token of a service that is there", () => {
  it("gives that service; with another token the name is in use", async () => {
    const { ecs } = emulator.clients;
    await ecs.send(new CreateClusterCommand({ clusterName: "tokens" }));
    const taskDefinition = await registerTask(emulator, "tokens");
    const networkConfiguration = await defaultNetwork(emulator);
    const create = (clientToken: string) =>
      ecs.send(
        new CreateServiceCommand({
          cluster: "tokens",
          serviceName: "worker",
          taskDefinition,
          desiredCount: 0,
          launchType: "FARGATE",
          networkConfiguration,
          clientToken,
        }),
      );
    const first = await create("one");
    const again = await create("one");
    expect(again.service?.deployments?.[0]?.id).toBe(first.service?.deployments?.[0]?.id);
    await expect(create("two")).rejects.toThrow("Creation of service was not idempotent.");
  });
});
