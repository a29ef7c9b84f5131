import { expect, it } from "vitest";
import { resolveEnvironments } from "#config/environments.ts";
import { composeRoot } from "#root/compose-root.ts";
import { rehearsalConfig } from "./rehearsal-config.ts";

const PREFECT = {
  apiUrl: "http://127.0.0.1:4200/api",
  accountId: "11111111-1111-4111-8111-111111111111",
  workspaceId: "22222222-2222-4222-8222-222222222222",
};

it("an environment of a pipeline is rehearsed without anything that only its own account has", () => {
  const { prod } = resolveEnvironments(
    {
      cluster: { arn: "arn:aws:ecs:us-east-1:111122223333:cluster/shared" },
      network: { kind: "existing" },
      state: { bucket: "acme-terraform-state" },
      pipeline: { repository: "acme/data-platform" },
      environments: {
        prod: {
          awsAccount: "111122223333",
          prefect: {
            apiKey: { secretArn: "arn:aws:secretsmanager:us-east-1:111122223333:secret:prefect-key-AbCdEf" },
          },
        },
      },
    },
    "the config",
    {},
  );
  const root = Object.values(composeRoot(rehearsalConfig(prod!, PREFECT, [8080]))).join("\n");
  expect(root).not.toContain("111122223333");
  expect(root).not.toContain("acme-terraform-state");
  expect(root).toMatch(/module "cluster" \{\n {2}source = "\.\/modules\/cluster"\n\n {2}name = "shared"/);
  expect(root).toMatch(/module "api_key" \{[^}]*name += "prefect-key"/);
});
