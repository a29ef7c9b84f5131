import { defineConfig } from "prefect-fargate";

export default defineConfig({
  prefect: {
    accountId: "6f0a2c11-7d3e-4a1c-9c55-0b1f2e3d4c5b",
    workspaceId: "0d9c8b7a-1e2f-4c3d-8a4b-5c6d7e8f9a0b",
  },
  network: { availabilityZones: 2, egress: "public" },
  workers: {
    etl: {
      workPool: "ecs-etl",
      flows: { cpu: 1024, memoryMiB: 4096, capacity: "spot" },
    },
    reports: {
      workPool: "ecs-reports",
      workQueues: ["default", "urgent"],
      flows: {
        environment: { REPORT_FORMAT: "parquet" },
        policyArns: ["arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"],
      },
    },
    adhoc: {
      workPool: "ecs-adhoc",
      architecture: "arm64",
      cpu: 256,
      memoryMiB: 1024,
    },
  },
});
