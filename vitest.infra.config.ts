import { defineConfig } from "vitest/config";

/** Needs `openssl`, and the Bicep CLI, which scripts/install-bicep.sh fetches from NuGet. */
export default defineConfig({
  test: {
    include: ["test/infra/**/*.test.ts"],
    pool: "forks",
    maxWorkers: 2,
    testTimeout: 120_000,
    hookTimeout: 180_000,
    globalSetup: ["test/infra/make-package.ts"],
  },
});
