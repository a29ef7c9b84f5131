import { defineConfig } from "prefect-fargate";

const HEALTH = "import urllib.request as r; r.urlopen('http://127.0.0.1:4200/api/health', timeout=5)";

export default defineConfig({
  prefect: {
    accountId: "6f0a2c11-7d3e-4a1c-9c55-0b1f2e3d4c5b",
    workspaceId: "0d9c8b7a-1e2f-4c3d-8a4b-5c6d7e8f9a0b",
  },
  network: { availabilityZones: 2, egress: "public" },
  services: {
    // A Prefect server to play with: it keeps its database in its own task, so a new task starts empty.
    playground: {
      image: "prefecthq/prefect:2-latest",
      command: ["prefect", "server", "start", "--host", "0.0.0.0", "--port", "4200"],
      port: 4200,
      memoryMiB: 2048,
      healthCheckPath: "/api/health",
      healthCheckCommand: `python -c "${HEALTH}"`,
      loadBalancer: {
        // Yours rather has certificateArn: "arn:aws:acm:…" than plain HTTP.
        http: true,
        allowedCidrs: ["203.0.113.0/24"],
      },
    },
  },
});
