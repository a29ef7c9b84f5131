import { resolveEnvironments } from "#config/environments.ts";
import type { Config, ConfigInput, EnvironmentInput } from "#config/schema.ts";

const ACCOUNTS: Readonly<Record<string, string>> = {
  dev: "111122223333",
  staging: "444455556666",
  prod: "777788889999",
};
const CIRCLECI = {
  organizationId: "6f0a2c11-7d3e-4a1c-9c55-0b1f2e3d4c5b",
  projectId: "0d9c8b7a-1e2f-4c3d-8a4b-5c6d7e8f9a0b",
  vcsOrigin: "github.com/acme/data-platform",
};

/** Environments as a team would have them: an account each, a secret that exists, the state in a bucket. */
export function pipelineEnvironments(
  names: readonly string[],
  { provider, ...more }: ConfigInput & { provider: "github" | "circleci"; flows?: boolean },
): Record<string, Config> {
  const { flows, ...config } = more;
  const environments = names.map((name): [string, EnvironmentInput] => [
    name,
    {
      awsAccount: ACCOUNTS[name],
      prefect: {
        apiKey: {
          secretArn: `arn:aws:secretsmanager:eu-central-1:${ACCOUNTS[name]}:secret:prefect-api-key-AbCdEf`,
        },
      },
    },
  ]);
  const input: ConfigInput = {
    region: "eu-central-1",
    prefect: {
      version: 3,
      accountId: "11111111-1111-4111-8111-111111111111",
      workspaceId: "22222222-2222-4222-8222-222222222222",
    },
    pipeline: {
      ...(provider === "github" ? { repository: "acme/data-platform" } : CIRCLECI),
      ...(flows ? { flowsRepository: "prefect-flows" } : {}),
    },
    environments: Object.fromEntries(environments),
    ...config,
  };
  const resolved = resolveEnvironments(input, "prefect-fargate.config.ts", {});
  const withState = ([name, system]: [string, Config]): [string, Config] => [
    name,
    Object.assign(system, { state: { bucket: "acme-terraform-state", key: `${name}/terraform.tfstate` } }),
  ];
  return Object.fromEntries(Object.entries(resolved).map(withState));
}
