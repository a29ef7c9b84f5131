import { defineConfig } from "prefect-fargate";

export default defineConfig({
  prefect: {
    accountId: "6f0a2c11-7d3e-4a1c-9c55-0b1f2e3d4c5b",
    workspaceId: "0d9c8b7a-1e2f-4c3d-8a4b-5c6d7e8f9a0b",
  },
  // The region's default VPC. Its subnets lead out by an Internet gateway, so tasks need public addresses.
  network: { kind: "existing", assignPublicIp: true },
  // Yours would rather be named, with private subnets:
  // network: { kind: "existing", vpcId: "vpc-0a1b2c3d4e5f60718", subnetTags: { Tier: "private" } },
});
