import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    exclude: ["test/infra/**", "test/browser/**"],
    pool: "forks",
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    globalSetup: ["test/build-app.ts"],
    // Some end-to-end tests race a real clock; on a starved machine one more try tells a fault from a late timer.
    retry: process.env["CI"] === "true" ? 1 : 0,
  },
});
