import { defineConfig } from "prefect-fargate";

export default defineConfig({
  prefect: {
    accountId: "6f0a2c11-7d3e-4a1c-9c55-0b1f2e3d4c5b",
    workspaceId: "0d9c8b7a-1e2f-4c3d-8a4b-5c6d7e8f9a0b",
  },
  network: { availabilityZones: 2, egress: "public" },
  // A repository for the image that `prefect-fargate image build` makes.
  images: { repository: "prefect-fargate-worker" },
  workers: {
    etl: {
      type: "process",
      workPool: "process-etl",
      // Yours: `image build` tells what to write here.
      image: "111122223333.dkr.ecr.us-east-1.amazonaws.com/prefect-fargate-worker:2",
      extraPipPackages: [],
      cpu: 1024,
      memoryMiB: 2048,
      slots: 4,
      // minTasks: 0 lets the worker sleep, and wakes it ahead of the next run.
      scaling: { mode: "queue", minTasks: 1, maxTasks: 8 },
    },
  },
});
