import { defineConfig } from "prefect-fargate";

export default defineConfig({
  prefect: {
    accountId: "6f0a2c11-7d3e-4a1c-9c55-0b1f2e3d4c5b",
    workspaceId: "0d9c8b7a-1e2f-4c3d-8a4b-5c6d7e8f9a0b",
  },
  // No NAT gateway: tasks have public addresses, and nobody may connect to them.
  network: { availabilityZones: 2, egress: "public" },
  logs: { retentionDays: 7 },
  workers: {
    "dev-worker": {
      architecture: "arm64",
      cpu: 256,
      memoryMiB: 1024,
      flows: { capacity: "spot" },
    },
  },
});
