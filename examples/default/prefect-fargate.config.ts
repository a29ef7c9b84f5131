import { defineConfig } from "prefect-fargate";

export default defineConfig({
  prefect: {
    // The two UUIDs in the address of your Prefect Cloud workspace.
    accountId: "6f0a2c11-7d3e-4a1c-9c55-0b1f2e3d4c5b",
    workspaceId: "0d9c8b7a-1e2f-4c3d-8a4b-5c6d7e8f9a0b",
  },
});
