import { PREFECT_CLOUD_API_URL } from "#config/prefect-address.ts";
import { PREFECT_DEFAULTS } from "#config/prefect-defaults.ts";
import type { InitAnswers, NetworkAnswer, PrefectAnswer } from "./answers.ts";

export const CONFIG_FILE = "prefect-fargate.config.ts";

const text = (value: string): string => JSON.stringify(value);

/** A first config: what was chosen, with a word on each choice, and what people change first. */
export function configPage({ prefect, region, network, workPool, workerName }: InitAnswers): string {
  return `import { defineConfig } from "prefect-fargate";

// What is not said here has a default: \`prefect-fargate validate --json\` shows them all.
export default defineConfig({
  // Everything is created in this region.
  region: ${text(region)},

${indent(prefectLines(prefect), 2)}

${indent(networkLines(network), 2)}

  workers: {
    // The worker's name in Prefect, and the name of its ECS service.
    ${text(workerName)}: {
      workPool: ${text(workPool)},
      // The worker only starts flow runs; each of them is a Fargate task of its own, of the size below.
      // Sizes: 256, 512, 1024 … CPU units; 1024 are one vCPU.
      cpu: 512,
      memoryMiB: 1024,
      flows: {
        cpu: 512,
        memoryMiB: 1024,
        // Your packages: an image of your own, built from ${PREFECT_DEFAULTS[prefect.version].image}.
        // image: "123456789012.dkr.ecr.${region}.amazonaws.com/flows:1",
        // What your flows may do on AWS.
        // policyArns: ["arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"],
      },
    },
  },
});
`;
}

function prefectLines(prefect: PrefectAnswer): string[] {
  const reason =
    prefect.version === 3
      ? "// Prefect 3 is where Prefect is developed, and notices by ECS's own events when a task dies."
      : "// Prefect 2, as your flows are written for it. `prefect-fargate upgrade` moves to 3.";
  return [
    "prefect: {",
    `  ${reason}`,
    `  version: ${prefect.version},`,
    ...apiLines(prefect).map((line) => `  ${line}`),
    ...keyLines(prefect).map((line) => `  ${line}`),
    "},",
  ];
}

function keyLines({ version, apiUrl, accountId }: PrefectAnswer): string[] {
  if (accountId === undefined && apiUrl !== undefined && apiUrl !== PREFECT_CLOUD_API_URL)
    return [
      '// It asks nobody who is there. A server that does, with a PREFECT_SERVER_API_AUTH_STRING (Prefect 3): "basic"; a',
      '// proxy that asks for a key: "key". What is said to it is taken from your shell, never from here.',
      'auth: "none",',
      ...(version === 3
        ? [
            "// Where its certificate is no public authority's.",
            '// caCertificates: readFileSync("ca.pem", "utf8"),',
          ]
        : []),
    ];
  return [
    "// The API key never stands here: it is taken from PREFECT_API_KEY, or from `prefect cloud login`, and put",
    "// into this secret of AWS Secrets Manager.",
    'apiKey: { secretName: "prefect-api-key" },',
  ];
}

function apiLines({ apiUrl, accountId, workspaceId, workspaceName }: PrefectAnswer): string[] {
  const api = apiUrl === undefined || apiUrl === PREFECT_CLOUD_API_URL ? [] : [`apiUrl: ${text(apiUrl)},`];
  if (accountId !== undefined && workspaceId !== undefined)
    return [
      ...api,
      ...(workspaceName === undefined ? [] : [`// The workspace ${workspaceName}.`]),
      `accountId: ${text(accountId)},`,
      `workspaceId: ${text(workspaceId)},`,
    ];
  if (api.length > 0) return ["// Your own Prefect server.", ...api];
  return [
    "// Your workspace: both ids stand in its address, https://app.prefect.cloud/account/ACCOUNT/workspace/WORKSPACE.",
    '// accountId: "",',
    '// workspaceId: "",',
  ];
}

function networkLines(network: NetworkAnswer): string[] {
  if (network.kind === "existing")
    return [
      "network: {",
      '  kind: "existing",',
      `  vpcId: ${text(network.vpcId)},`,
      "  // Without these, all of its subnets are used. Tasks need a way out to the internet.",
      '  // subnetIds: ["subnet-…", "subnet-…"],',
      "  // true for subnets whose way out is an Internet gateway.",
      "  assignPublicIp: false,",
      "},",
    ];
  if (network.kind === "default")
    return [
      "// The region's default VPC. Its subnets have no NAT gateway, so that tasks get public addresses to go out;",
      "// nothing can come in. About $3.65 a month for each address.",
      'network: { kind: "existing", assignPublicIp: true },',
    ];
  const zones = network.zones === undefined ? 3 : network.zones;
  return [
    "// A new VPC with private subnets and one NAT gateway, for which AWS bills about $33 a month.",
    `network: { kind: "new", cidrBlock: "10.0.0.0/16", availabilityZones: ${zones} },`,
  ];
}

const indent = (lines: readonly string[], by: number): string =>
  lines.map((line) => `${" ".repeat(by)}${line}`).join("\n");
