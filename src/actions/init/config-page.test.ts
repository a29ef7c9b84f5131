import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { packagePath } from "#package";
import type { InitAnswers } from "./answers.ts";
import { configOf } from "./config-input.ts";
import { CONFIG_FILE, configPage } from "./config-page.ts";

const ACCOUNT = "11111111-1111-4111-8111-111111111111";
const WORKSPACE = "22222222-2222-4222-8222-222222222222";

const afresh: InitAnswers = {
  prefect: { version: 3, accountId: ACCOUNT, workspaceId: WORKSPACE, workspaceName: "acme/production" },
  region: "eu-central-1",
  network: { kind: "new" },
  workPool: "ecs-work-pool",
  workerName: "dev-worker",
};

const all: readonly [string, InitAnswers][] = [
  ["a workspace and a new VPC", afresh],
  ["a region of two zones", { ...afresh, network: { kind: "new", zones: 2 } }],
  ["the default VPC", { ...afresh, network: { kind: "default" } }],
  ["a VPC by its id", { ...afresh, network: { kind: "existing", vpcId: "vpc-0a1b2c3d4e5f60718" } }],
  [
    "Prefect 2 on a server of one's own",
    { ...afresh, prefect: { version: 2, apiUrl: "https://prefect.example.com/api" } },
  ],
  ["a workspace that is filled in later", { ...afresh, prefect: { version: 3 } }],
  ["a name with quotes in it", { ...afresh, workPool: 'the "quick" pool \\ `${x}`' }],
];

/** Loads configs in a Node of its own: vitest would transform them instead of letting Node run them. */
const PROGRAM = `
  import { loadConfig } from ${JSON.stringify(packagePath("src", "config", "load-config.ts"))};
  const folders = process.argv.slice(1);
  const loaded = await Promise.all(folders.map((cwd) => loadConfig({ cwd, env: {} })));
  console.log(JSON.stringify(loaded.map(({ config }) => config)));`;

let dir: string;
let loaded: unknown[];
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "prefect-fargate-init-"));
  const folders = await Promise.all(
    all.map(async ([, answers], index) => {
      const folder = join(dir, String(index));
      await mkdir(folder);
      await writeFile(join(folder, CONFIG_FILE), configPage(answers));
      return folder;
    }),
  );
  const options = ["--disable-warning=ExperimentalWarning", "--input-type=module", "--eval", PROGRAM];
  const { stdout } = await promisify(execFile)(process.execPath, [...options, ...folders]);
  loaded = JSON.parse(stdout);
});
afterAll(() => rm(dir, { recursive: true, force: true }));

describe("the first config", () => {
  it.each(all.map(([what, answers], index) => [what, answers, index] as const))(
    "says what was answered: %s",
    (_, answers, index) => {
      expect(loaded[index]).toEqual(configOf(answers));
    },
  );

  it("says why it is this Prefect, whose the workspace is, and what the network costs", () => {
    expect(configPage(afresh)).toMatchInlineSnapshot(`
      "import { defineConfig } from "prefect-fargate";

      // What is not said here has a default: \`prefect-fargate validate --json\` shows them all.
      export default defineConfig({
        // Everything is created in this region.
        region: "eu-central-1",

        prefect: {
          // Prefect 3 is where Prefect is developed, and notices by ECS's own events when a task dies.
          version: 3,
          // The workspace acme/production.
          accountId: "11111111-1111-4111-8111-111111111111",
          workspaceId: "22222222-2222-4222-8222-222222222222",
          // The API key never stands here: it is taken from PREFECT_API_KEY, or from \`prefect cloud login\`, and put
          // into this secret of AWS Secrets Manager.
          apiKey: { secretName: "prefect-api-key" },
        },

        // A new VPC with private subnets and one NAT gateway, for which AWS bills about $33 a month.
        network: { kind: "new", cidrBlock: "10.0.0.0/16", availabilityZones: 3 },

        workers: {
          // The worker's name in Prefect, and the name of its ECS service.
          "dev-worker": {
            workPool: "ecs-work-pool",
            // The worker only starts flow runs; each of them is a Fargate task of its own, of the size below.
            // Sizes: 256, 512, 1024 … CPU units; 1024 are one vCPU.
            cpu: 512,
            memoryMiB: 1024,
            flows: {
              cpu: 512,
              memoryMiB: 1024,
              // Your packages: an image of your own, built from prefecthq/prefect:3-latest.
              // image: "123456789012.dkr.ecr.eu-central-1.amazonaws.com/flows:1",
              // What your flows may do on AWS.
              // policyArns: ["arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"],
            },
          },
        },
      });
      "
    `);
  });

  it("leaves room for the ids of a workspace that is not known yet", () => {
    const page = configPage({ ...afresh, prefect: { version: 3 } });
    expect(page).toContain('// accountId: ""');
    expect(page).toContain("https://app.prefect.cloud/account/ACCOUNT/workspace/WORKSPACE");
  });
});
