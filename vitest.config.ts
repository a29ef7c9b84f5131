import { defineConfig } from "vitest/config";

/**
 * Two files at a time on two cores: half of what real Terraform and real Prefect servers take is waiting. The limits are for a
 * machine that others keep busy; a test that waits for what never comes has limits of its own.
 */
const twoAtATime = { testTimeout: 600_000, hookTimeout: 600_000, maxWorkers: 2 };

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
      {
        test: {
          name: "integration",
          include: ["test/integration/**/*.test.ts"],
          sequence: { groupOrder: 1 },
          ...twoAtATime,
        },
      },
      // What takes longer than CI should, or stands on tools that not every machine has.
      {
        test: {
          name: "prove",
          include: ["test/prove/**/*.test.ts"],
          sequence: { groupOrder: 2 },
          ...twoAtATime,
        },
      },
    ],
  },
});
