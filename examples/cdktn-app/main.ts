/**
 * A Prefect worker in a cdktn app of your own, beside whatever else its stack has.
 *
 *     npm install cdktn@0.24 constructs@10.7 prefect-fargate
 *     node main.ts && terraform -chdir=cdktf.out/stacks/data-platform init
 *
 * AWS bills about $90 a month for what stands here: the NAT gateway, the worker, the secret and the namespace.
 */
import { App, TerraformOutput, TerraformVariable } from "cdktn";
import {
  AwsProvider,
  apiKeyModule,
  CleanStack,
  clusterModule,
  discoveryModule,
  networkModule,
  taskExecutionRoleModule,
  workerModule,
} from "prefect-fargate/constructs";

// Write-only attributes, which keep the key out of the state, came with 1.11.
const app = new App({ context: { targetVersions: { terraform: ">=1.11.0", opentofu: ">=1.11.0" } } });
const stack = new CleanStack(app, "data-platform");
new AwsProvider(stack, "aws", { region: "eu-central-1" });

// The key passes through Terraform without being kept: TF_VAR_prefect_api_key.
const key = new TerraformVariable(stack, "prefect_api_key", { type: "string", sensitive: true });
key.overrideLogicalId("prefect_api_key");
key.addOverride("ephemeral", true);

const network = networkModule.inline(stack, "network", {
  availabilityZones: ["eu-central-1a", "eu-central-1b"],
});
const cluster = clusterModule.inline(stack, "cluster", {});
const discovery = discoveryModule.inline(stack, "discovery", { vpcId: network.vpcId.value });
const apiKey = apiKeyModule.inline(stack, "api_key", { apiKey: key.stringValue });
const executionRole = taskExecutionRoleModule.inline(stack, "execution_role", {
  secretArns: [apiKey.secretArn.value],
});
const worker = workerModule.inline(stack, "prefect", {
  prefectVersion: 3,
  prefectApiUrl: "https://prefect.example.com/api",
  apiKeySecretArn: apiKey.secretArn.value,
  clusterArn: cluster.arn.value,
  vpcId: network.vpcId.value,
  subnetIds: network.privateSubnetIds.value,
  namespaceId: discovery.namespaceId.value,
  executionRoleArn: executionRole.arn.value,
});

// `prefect-fargate wire` puts it into the work pool.
const workers = {
  "dev-worker": { work_pool: worker.workPool.value, base_job_template: worker.baseJobTemplate.value },
};
new TerraformOutput(stack, "workers", { value: workers, staticId: true });

app.synth();
