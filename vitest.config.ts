import { defineConfig } from "vitest/config";

/**
 * Two cores: real Terraform and real Prefect servers get the machine to themselves. The limits are for a machine that others keep
 * busy; a test that waits for what never comes has limits of its own.
 */
const oneAtATime = { testTimeout: 600_000, hookTimeout: 600_000, fileParallelism: false };

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          include: ["src/**/*.test.ts", "tools/**/*.test.ts"],
          exclude: ["**/node_modules/**"],
          testTimeout: 20_000,
        },
      },
      { test: { name: "integration", include: ["test/integration/**/*.test.ts"], ...oneAtATime } },
      // What takes longer than CI should, or stands on tools that not every machine has.
      { test: { name: "prove", include: ["test/prove/**/*.test.ts"], ...oneAtATime } },
    ],
  },
});
